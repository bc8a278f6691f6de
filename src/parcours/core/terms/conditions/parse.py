"""A condition document to its tree, with all its problems at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from parcours.core.terms.conditions import forms
from parcours.core.terms.conditions.catalogue import EMPTY_CATALOGUE, Catalogue
from parcours.core.terms.conditions.fit import misfit
from parcours.core.terms.conditions.tree import (
    REACTIONS,
    All,
    AnyOf,
    Attribute,
    Condition,
    Consent,
    Done,
    LocalTime,
    Messages,
    Not,
    Property,
    Reaction,
    Score,
    Segment,
    Stage,
    Tag,
    Weekday,
)
from parcours.core.terms.conditions.values import PATH, read_value
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
from parcours.core.terms.problems import Problem
from parcours.core.terms.shape_types import Refused
from parcours.core.terms.shapes import ABSENT, Shape, check, join, near

DEEPEST: Final = 20
"""Conditions inside conditions, at most: the evaluator's stack holds thirty values."""
_BY_NAME: Final = {shape.name: shape for shape in forms.FORMS}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where we are in the document: the path, the step, the event at hand, and what may be said here."""

    path: str
    step: str | None
    catalogue: Catalogue
    event: str | None
    only_properties: bool
    depth: int
    problems: list[Problem]

    def report(self, code: str, key: str, en: str, fr: str) -> None:
        path = join(self.path, key) if key else self.path
        self.problems.append(Problem(code, path, en, fr, self.step))

    def inside(self, key: str, index: int | None = None) -> "_Place":
        path = join(self.path, key) if index is None else join(join(self.path, key), index)
        return replace(self, path=path, depth=self.depth + 1)


def parse_condition(
    document: Any,
    catalogue: Catalogue = EMPTY_CATALOGUE,
    path: str = "",
    step: str | None = None,
    event: str | None = None,
    only_properties: bool = False,
) -> tuple[Condition | None, list[Problem]]:
    """The tree of a condition document, or None, and every problem found.

    `event` is the name of the event at hand, where there is one (its dates are looked up in the catalogue);
    `only_properties` allows nothing but clauses on its properties. The tree is None exactly when there are problems.
    """
    problems: list[Problem] = []
    tree = _parse(document, _Place(path, step, catalogue, event, only_properties, 0, problems))
    return (None if problems else tree), problems


def _form(document: Mapping[str, Any], place: _Place) -> Shape | None:
    found = next((shape for shape in forms.FORMS if shape.name in document), None)
    if found is None:
        names = list(_BY_NAME)
        hint = next((hints for key in document if (hints := near(str(key), names))[0]), ("", ""))
        listed = ", ".join(names)
        place.report("unknown_condition", "", f"write one of {listed}{hint[0]}", f"écrivez l'un de {listed}{hint[1]}")
    return found


def _parse(document: Any, place: _Place) -> Condition | None:
    if not isinstance(document, Mapping):
        place.report("wrong_type", "", "write a condition such as `{tag: vip}`", "écrivez une condition comme `{tag: vip}`")
        return None
    if place.depth > DEEPEST:
        en, fr = f"conditions nest at most {DEEPEST} deep: say it flatter", f"les conditions s'imbriquent sur {DEEPEST} niveaux au plus"
        place.report("too_deep", "", en, fr)
        return None
    shape = _form(document, place)
    if shape is None:
        return None
    values, problems = check(shape, document, place.path, place.step)
    place.problems.extend(problems)
    if place.only_properties and shape not in (forms.ALL, forms.ANY_OF, forms.NOT, forms.PROPERTY):
        en, fr = "only the event's properties can be tested here", "seules les propriétés de l'événement peuvent être testées ici"
        place.report("not_here", shape.name, en, fr)
        return None
    if problems and shape.name not in values:
        return None
    node = _READERS[shape.name](values, place)
    if node is not None and (unfit := misfit(node)) is not None:
        code, key, en, fr = unfit
        place.report(code, key, f"`{key}`: {en}", f"« {key} » : {fr}")
    return node


def _items(key: str) -> Callable[[dict[str, Any], _Place], tuple[Condition, ...]]:
    def read(values: dict[str, Any], place: _Place) -> tuple[Condition, ...]:
        read_items = [_parse(each, place.inside(key, index)) for index, each in enumerate(values[key])]
        return tuple(item for item in read_items if item is not None)

    return read


def _not(values: dict[str, Any], place: _Place) -> Condition | None:
    item = _parse(values["not"], place.inside("not"))
    return None if item is None else Not(item)


def _known(kind: str, kind_fr: str, name: str, known: tuple[str, ...] | None, key: str, place: _Place) -> None:
    if known is not None and name not in known:
        en, fr = near(name, known)
        place.report(f"unknown_{kind}", key, f"there is no {kind} `{name}`{en}", f"il n'y a pas de {kind_fr} « {name} »{fr}")


def _path(path: str, key: str, place: _Place) -> None:
    if PATH.fullmatch(path) is None:
        place.report(
            "bad_path",
            key,
            f"`{path}` is no path: write names between dots, as `a.b` or `products[].id`",
            f"« {path} » n'est pas un chemin : écrivez des noms entre points, comme `a.b` ou `products[].id`",
        )


def _clause(kind: type[Property] | type[Attribute], key: str) -> Callable[[dict[str, Any], _Place], Condition | None]:
    def read(values: dict[str, Any], place: _Place) -> Condition | None:
        _path(values[key], key, place)
        if "op" not in values:
            return None
        event = place.event if kind is Property else CONTACT_IDENTIFIED
        date = place.catalogue.is_date(event, values[key])
        if values["op"] in forms.DATE_OPERATORS and place.catalogue.dates is not None and not date:
            en, fr = f"`{values[key]}` is not known to be a date", f"« {values[key]} » n'est pas connu comme une date"
            place.report("not_a_date", key, en, fr)
        try:
            return kind(values[key], values["op"], read_value(values["op"], values.get("value", ABSENT), date))
        except Refused as refused:
            place.report(refused.code, "value", f"`value`: {refused.en}", f"« value » : {refused.fr}")
            return None

    return read


def _property(values: dict[str, Any], place: _Place) -> Condition | None:
    return _clause(Property, "property")(values, place)


def _segment(values: dict[str, Any], place: _Place) -> Condition:
    _known("segment", "segment", values["segment"], place.catalogue.segments, "segment", place)
    return Segment(values["segment"])


def _stage(values: dict[str, Any], place: _Place) -> Condition:
    _known("stage", "étape", values["stage"], place.catalogue.stages, "stage", place)
    return Stage(values["stage"])


def _score(values: dict[str, Any], place: _Place) -> Condition | None:
    _known("score", "score", values["score"], place.catalogue.scores, "score", place)
    return Score(values["score"], values["op"], values["value"]) if len(values) == 3 else None


def _consent(values: dict[str, Any], place: _Place) -> Condition | None:
    _known("topic", "sujet", values["consent"], place.catalogue.topics, "consent", place)
    return Consent(values["channel"], values["consent"]) if "channel" in values else None


def _done(values: dict[str, Any], place: _Place) -> Condition | None:
    name = values["event"]
    _known("event", "événement", name, place.catalogue.events, "event", place)
    given = [key for key in ("at_least", "at_most", "sum") if key in values]
    if len(given) > 1:
        listed = ", ".join(given)
        place.report("too_many_keys", "", f"keep one of {listed}", f"gardez l'un de {listed}")
    if "sum" in values:
        _path(values["sum"], "sum", place)
    for key in ("op", "value"):
        if ("sum" in values) != (key in values):
            wrong = ("is missing", "manque") if "sum" in values else ("goes with `sum` only", "ne va qu'avec « sum »")
            place.report("missing_key" if "sum" in values else "unknown_key", key, f"`{key}` {wrong[0]}", f"« {key} » {wrong[1]}")
    where = None
    if "where" in values:
        where = _parse(values["where"], replace(place.inside("where"), event=name, only_properties=True))
    least = values.get("at_least") if given else 1
    total, op, value = values.get("sum"), values.get("op"), values.get("value")
    return Done(name, where, least, values.get("at_most"), total, op, value, values.get("within"))


def _messages(values: dict[str, Any], place: _Place) -> Condition | None:
    given = [key for key in ("opened", "clicked") if key in values]
    if len(given) != 1:
        place.report("missing_key", "", "write one of `opened`, `clicked`", "écrivez l'un de `opened`, `clicked`")
        return None
    written = values[given[0]]
    at_least = 0 if written == "none" else written
    most = values["last_messages"]
    if isinstance(at_least, bool) or not isinstance(at_least, int) or not (written == "none" or 1 <= at_least <= most):
        en, fr = f"write none, or a number from 1 to {most}", f"écrivez none, ou un nombre de 1 à {most}"
        place.report("out_of_range", given[0], f"`{given[0]}`: {en}", f"« {given[0]} » : {fr}")
        return None
    return Messages(most, "opened" if "opened" in values else "clicked", at_least, values["channel"]) if "channel" in values else None


def _time(values: dict[str, Any], place: _Place) -> Condition | None:
    bounds, problems = check(forms.TIME_BOUNDS, values["time"], join(place.path, "time"), place.step)
    place.problems.extend(problems)
    if problems:
        return None
    if bounds["from"] == bounds["to"]:
        place.report("out_of_range", "time", "`from` and `to` must differ", "« from » et « to » doivent différer")
    return LocalTime(bounds["from"], bounds["to"])


def _weekday(values: dict[str, Any], _place: _Place) -> Condition:
    return Weekday(tuple(index for index, day in enumerate(forms.DAYS) if day in values["weekday"]))


def _reaction(kind: Any) -> Callable[[dict[str, Any], _Place], Condition]:
    return lambda values, _place: Reaction(kind, values[kind])


_READERS: Final[dict[str, Callable[[dict[str, Any], _Place], Condition | None]]] = {
    "all": lambda values, place: All(_items("all")(values, place)),
    "any": lambda values, place: AnyOf(_items("any")(values, place)),
    "not": _not,
    "property": _property,
    "attribute": _clause(Attribute, "attribute"),
    "tag": lambda values, _place: Tag(values["tag"]),
    "segment": _segment,
    "stage": _stage,
    "score": _score,
    "consent": _consent,
    "event": _done,
    "last_messages": _messages,
    "time": _time,
    "weekday": _weekday,
    **{kind: _reaction(kind) for kind in REACTIONS},
}
