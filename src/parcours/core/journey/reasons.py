"""Why: one enum for every edge taken, every refusal and every end, with a sentence in each language.

Numbers are stored and never reused. `v1` and `v2` of a trace entry are named in the third column; what is not named is 0.
"""

from enum import IntEnum
from typing import Final


class Reason(IntEnum):
    """The reason of a trace entry, of an action, or of a run's end."""

    # entry
    ENTERED = 1
    ENTERED_LATER = 2
    PENDING = 3
    ARMED = 4
    DISARMED = 5
    # refusals
    INSIDE = 10
    NEVER_AGAIN = 11
    COOLING = 12
    CLAUSE = 13
    PAUSED = 14
    HISTORY = 15
    NO_INSTANCE = 16
    TOO_MANY = 17
    # edges
    WAITED = 30
    TIMED_OUT = 31
    MATCHED = 32
    CASE = 34
    ELSE = 35
    ELSE_UNKNOWN = 36
    ARM = 37
    DATE_MISSING = 38
    DATE_PAST = 39
    TAGGED = 40
    UNTAGGED = 41
    ATTRIBUTE_SET = 42
    UNCHANGED_GHOST = 43
    # messages
    SENT = 50
    WITHHELD = 51
    NO_CONSENT = 52
    SUPPRESSED = 53
    COMPLAINT = 54
    FROZEN = 55
    CAPPED = 56
    CAP_RETRY = 57
    CAP_GIVEN_UP = 58
    QUIET = 59
    LATE_SKIPPED = 60
    NEXT_SLOT = 61
    # goal and ends
    GOAL = 70
    GOAL_LATER = 71
    EXIT = 72
    DONE = 73
    UNMATCHED = 74
    LOOP_GUARD = 75
    MERGED = 76
    # publishing
    FOLLOWED = 80
    REDIRECTED = 81
    STEP_REMOVED = 82
    RESCHEDULED = 83


REFUSALS: Final = frozenset(
    (Reason.INSIDE, Reason.NEVER_AGAIN, Reason.COOLING, Reason.CLAUSE, Reason.PAUSED, Reason.HISTORY, Reason.NO_INSTANCE, Reason.TOO_MANY)
)
"""The reasons why an entry was refused."""

ENDS: Final = frozenset((Reason.GOAL, Reason.EXIT, Reason.DONE, Reason.UNMATCHED, Reason.LOOP_GUARD, Reason.MERGED, Reason.STEP_REMOVED))
"""The reasons that end a run, or finish it (DONE, STEP_REMOVED)."""

HOLDS: Final = frozenset((Reason.QUIET, Reason.CAP_RETRY, Reason.NEXT_SLOT))
"""The reasons why a message waits."""

STAYS: Final = HOLDS | {Reason.RESCHEDULED, Reason.FOLLOWED, Reason.REDIRECTED}
"""The reasons noted at a step that is not left by them."""

LEAVES: Final = frozenset(reason for reason in Reason if Reason.WAITED <= reason < Reason.GOAL) - STAYS
"""The reasons by which a run goes from a step to another."""

SENTENCES: Final[dict[Reason, tuple[str, str, str]]] = {
    Reason.ENTERED: ("Entered the journey.", "Est entré dans le parcours.", "v1 entry number, v2 arm"),
    Reason.ENTERED_LATER: (
        "Entered the journey once the conditions about the person held.",
        "Est entré dans le parcours quand les conditions sur la personne ont été remplies.",
        "v1 entry number, v2 arm",
    ),
    Reason.PENDING: (
        "The event fits, the person does not yet: tried again for 30 minutes.",
        "L'événement convient, la personne pas encore : nouvel essai pendant 30 minutes.",
        "v1 instant of the last try",
    ),
    Reason.ARMED: ("A timer runs until the absence is certain.", "Une minuterie court jusqu'à ce que l'absence soit certaine.", "v1 due"),
    Reason.DISARMED: ("The awaited event came: no absence.", "L'événement attendu est venu : pas d'absence.", ""),
    Reason.INSIDE: ("Not entered: already inside.", "Pas entré : déjà dedans.", ""),
    Reason.NEVER_AGAIN: ("Not entered: one entry only.", "Pas entré : une seule entrée permise.", "v1 instant of that entry"),
    Reason.COOLING: (
        "Not entered: too soon after the last entry.",
        "Pas entré : trop tôt après la dernière entrée.",
        "v1 instant from which entry is possible",
    ),
    Reason.CLAUSE: (
        "Not entered: the conditions about the person do not hold.",
        "Pas entré : les conditions sur la personne ne sont pas remplies.",
        "v1 instant of the event",
    ),
    Reason.PAUSED: ("Not entered: the journey is paused.", "Pas entré : le parcours est en pause.", ""),
    Reason.HISTORY: ("Not entered: the event is history.", "Pas entré : l'événement appartient au passé.", ""),
    Reason.NO_INSTANCE: ("Not entered: the event does not say which instance.", "Pas entré : l'événement ne dit pas quelle instance.", ""),
    Reason.TOO_MANY: ("Not entered: too many at once.", "Pas entré : trop à la fois.", "v1 the limit"),
    Reason.WAITED: ("Waited, then went on.", "A attendu, puis a continué.", "v1 due, v2 lateness"),
    Reason.TIMED_OUT: ("Waited for nothing until the timeout.", "A attendu en vain jusqu'au délai.", "v1 due, v2 lateness"),
    Reason.MATCHED: ("What it waited for is there.", "Ce qu'il attendait est là.", ""),
    Reason.CASE: ("Took this branch.", "A pris cette branche.", "v1 index of the case"),
    Reason.ELSE: ("No case held: took the other branch.", "Aucun cas rempli : a pris l'autre branche.", ""),
    Reason.ELSE_UNKNOWN: (
        "Something is not known: took the other branch.",
        "Une donnée manque : a pris l'autre branche.",
        "v1 index of the first unknown case",
    ),
    Reason.ARM: ("Drawn into this arm.", "Tiré au sort dans ce groupe.", "v1 index of the arm, v2 number drawn, of 10,000"),
    Reason.DATE_MISSING: ("The date is missing.", "La date manque.", ""),
    Reason.DATE_PAST: ("The date is past: went on at once.", "La date est passée : a continué aussitôt.", "v1 the instant it stood for"),
    Reason.TAGGED: ("Tag added.", "Étiquette posée.", ""),
    Reason.UNTAGGED: ("Tag removed.", "Étiquette retirée.", ""),
    Reason.ATTRIBUTE_SET: ("Attribute set.", "Attribut modifié.", ""),
    Reason.UNCHANGED_GHOST: ("In the holdout: nothing was changed.", "Groupe témoin : rien n'a été modifié.", ""),
    Reason.SENT: ("Message sent on its way.", "Message mis en route.", "v1 lateness"),
    Reason.WITHHELD: ("In the holdout: the message was kept back.", "Groupe témoin : le message a été retenu.", "v1 lateness"),
    Reason.NO_CONSENT: ("Not sent: no consent for this topic.", "Pas envoyé : pas de consentement pour ce sujet.", ""),
    Reason.SUPPRESSED: ("Not sent: the address is suppressed.", "Pas envoyé : adresse supprimée des envois.", ""),
    Reason.COMPLAINT: ("Not sent: a complaint is open.", "Pas envoyé : une réclamation est ouverte.", ""),
    Reason.FROZEN: ("Not sent: the contact is frozen.", "Pas envoyé : le contact est gelé.", ""),
    Reason.CAPPED: ("Not sent: the cap is reached.", "Pas envoyé : le plafond est atteint.", "v1 index of the cap, v2 messages counted"),
    Reason.CAP_RETRY: (
        "The cap is reached: tried again later.",
        "Plafond atteint : nouvel essai plus tard.",
        "v1 next try, v2 index of the cap",
    ),
    Reason.CAP_GIVEN_UP: ("Not sent: the cap stayed reached.", "Pas envoyé : le plafond est resté atteint.", "v1 index of the cap"),
    Reason.QUIET: ("Quiet hours: held until their end.", "Heures calmes : retenu jusqu'à leur fin.", "v1 their end"),
    Reason.LATE_SKIPPED: ("Not sent: too late.", "Pas envoyé : trop tard.", "v1 lateness"),
    Reason.NEXT_SLOT: ("Too late: held until the next slot.", "Trop tard : retenu jusqu'au prochain créneau.", "v1 the slot, v2 lateness"),
    Reason.GOAL: ("Goal reached.", "But atteint.", "v1 messages sent before"),
    Reason.GOAL_LATER: ("Goal reached; the run goes on.", "But atteint ; le parcours continue.", "v1 messages sent before"),
    Reason.EXIT: ("Left: an exit event came.", "Sorti : un événement de sortie est venu.", "v1 index of the exit"),
    Reason.DONE: ("Came to the end.", "Arrivé au bout.", ""),
    Reason.UNMATCHED: ("Left: the entry conditions no longer hold.", "Sorti : les conditions d'entrée ne sont plus remplies.", ""),
    Reason.LOOP_GUARD: ("Stopped: too many steps.", "Arrêté : trop d'étapes.", "v1 steps done"),
    Reason.MERGED: ("Ended: the contact was merged into another.", "Terminé : le contact a été fusionné avec un autre.", ""),
    Reason.FOLLOWED: ("Follows the new version.", "Suit la nouvelle version.", "v1 version left, v2 new due"),
    Reason.REDIRECTED: (
        "Its step is gone: moved to the step chosen.",
        "Son étape n'existe plus : déplacé vers l'étape choisie.",
        "v1 version left",
    ),
    Reason.STEP_REMOVED: ("Its step is gone, and none follows.", "Son étape n'existe plus, et aucune ne suit.", "v1 version left"),
    Reason.RESCHEDULED: (
        "The date or the zone changed: waits until another instant.",
        "La date ou le fuseau a changé : attend un autre instant.",
        "v1 new due",
    ),
}


def sentence(reason: Reason, language: str = "en") -> str:
    """The reason in one sentence, in `fr` or `en`."""
    return SENTENCES[reason][1 if language == "fr" else 0]


def key(reason: Reason) -> str:
    """The stable name in files and JSON: `NO_INSTANCE` is `no_instance`."""
    return reason.name.lower()
