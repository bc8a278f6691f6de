"""Why a message stands where it stands: every reason that Parcours gives has its sentence in both languages."""

import pytest

from parcours.app.pages.message_words import why
from parcours.app.ports import Message, MessageState


def message(state: str, reason: str) -> Message:
    return Message(b"1" * 16, 1, b"1" * 16, "j", 1, "s", 1, "email", "offers", "t", planned_at=1, state=MessageState(state), reason=reason)


@pytest.mark.parametrize(
    ("state", "reason", "fr", "en"),
    [
        ("sent", "", "", ""),
        ("planned", "", "Attend son tour.", "Waits for its turn."),
        ("skipped", "opted_out", "La personne ne veut pas de ce sujet.", "The person does not want this topic."),
        ("failed", "There is no template called x.", "N’a pas pu être envoyé : Il n’y a pas de modèle nommé x.",
         "Could not be sent: There is no template called x."),
        ("planned", "deferred: No connection to the mail server: refused",
         "Nouvel essai plus tard : Pas de connexion au serveur de messagerie : refused",
         "Tried again later: No connection to the mail server: refused"),
        ("bounced", "hard: 550 5.1.1 X", "L’adresse n’existe pas : 550 5.1.1 X", "The address does not exist: 550 5.1.1 X"),
        ("withheld", "holdout", "Retenu pour comparaison (groupe témoin)", "Kept back for comparison (holdout)"),
        ("skipped", "a reason of a newer release", "a reason of a newer release", "a reason of a newer release"),
    ],
)  # fmt: skip
def test_each_reason_has_its_sentence(state, reason, fr, en):
    assert why(message(state, reason), on_hold=False) == {"fr": fr, "en": en}


def test_while_sending_is_on_hold_that_is_what_a_planned_message_waits_for():
    assert why(message("planned", "deferred: 451"), on_hold=True)["en"] == "Waits: sending is on hold."
    assert why(message("sent", ""), on_hold=True)["en"] == ""
