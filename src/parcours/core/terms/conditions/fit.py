"""What registers can hold: an atom that fits none is a problem of the document."""

from parcours.core.terms.conditions.forms import MOST_DAYS, MOST_TIMES
from parcours.core.terms.conditions.tree import Attribute, Condition, Done
from parcours.core.terms.durations import DAY
from parcours.core.terms.money import exact_micro

Sentences = tuple[str, str, str, str]
"""The code of a misfit, the field it lies in, and what to do in English and in French."""


def _sum_misfit(done: Done) -> Sentences | None:
    if exact_micro(done.value if done.value is not None else 0) is None:
        return (
            "bad_amount",
            "value",
            "write an amount with at most six decimals, below 4 billion of millions",
            "écrivez un montant d'au plus six décimales, sous 4 milliards de millions",
        )
    if "[]" in (done.sum_path or ""):
        return (
            "no_register",
            "sum",
            "a sum takes one value per event: name a property outside of lists",
            "une somme prend une valeur par événement : nommez une propriété hors des listes",
        )
    if done.within is not None and (done.within % DAY or not 0 < done.within // DAY <= MOST_DAYS):
        return (
            "no_register",
            "within",
            f"sums are kept by day: write whole days, at most {MOST_DAYS}d",
            f"les sommes sont tenues par jour : écrivez des jours entiers, au plus {MOST_DAYS}d",
        )
    return None


def times_needed(done: Done) -> int:
    """How many last times the condition must know: N for at least N, N + 1 for at most N."""
    return done.at_most + 1 if done.at_most is not None else done.at_least or 1


def misfit(atom: Condition) -> Sentences | None:
    """Why the atom fits no register, or None when it fits one."""
    if isinstance(atom, Attribute) and atom.op.startswith("within") and "[]" in atom.path:
        return (
            "no_register",
            "attribute",
            f"`{atom.op}` takes one date: name an attribute outside of lists",
            f"« {atom.op} » prend une seule date : nommez un attribut hors des listes",
        )
    if not isinstance(atom, Done):
        return None
    if atom.sum_path is not None:
        return _sum_misfit(atom)
    if atom.within is not None and times_needed(atom) > MOST_TIMES:
        return (
            "no_register",
            "at_most" if atom.at_most is not None else "at_least",
            f"within a window, count up to {MOST_TIMES} times at most",
            f"dans un délai, comptez jusqu'à {MOST_TIMES} fois au plus",
        )
    return None
