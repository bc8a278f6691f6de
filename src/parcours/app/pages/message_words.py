"""Why a message stands where it stands, in one sentence per language."""

import re
from typing import Final

from parcours.app.ports import Message

Bilingual = dict[str, str]

SKIPPED: Final = {
    "opted_out": ("The person does not want this topic.", "La personne ne veut pas de ce sujet."),
    "suppressed": ("The address does not exist any more.", "L’adresse n’existe plus."),
    "complaint": ("The person has a complaint that is open.", "La personne a une réclamation ouverte."),
    "frozen": ("The person is frozen: nothing is sent.", "La personne est gelée : rien n’est envoyé."),
    "no_address": ("The person has no e-mail address.", "La personne n’a pas d’adresse e-mail."),
    "erased": ("The person was erased.", "La personne a été effacée."),
    "expired": ("It was too late to send it.", "Il était trop tard pour l’envoyer."),
}
PLANNED: Final = {
    "": ("Waits for its turn.", "Attend son tour."),
    "again": ("Somebody decided to send it again.", "Quelqu’un a décidé de le renvoyer."),
    "postponed: on_hold": ("Waits: sending is on hold.", "Attend : les envois sont suspendus."),
    "postponed: claim_lost": ("Waits: this worker stood still too long.", "Attend : ce processus s’est arrêté trop longtemps."),
    "postponed: unreadable": ("Waits: the database did not answer.", "Attend : la base de données n’a pas répondu."),
}
PREFIXES: Final = {
    "deferred": ("Tried again later", "Nouvel essai plus tard"),
    "uncertain": ("Perhaps sent, tried again later", "Peut-être envoyé, nouvel essai plus tard"),
    "hard": ("The address does not exist", "L’adresse n’existe pas"),
    "soft": ("The recipient's mail system refused it", "La messagerie du destinataire l’a refusé"),
}
STATES: Final = {
    "uncertain": ("Nobody knows whether it arrived", "Personne ne sait s’il est arrivé"),
    "failed": ("Could not be sent", "N’a pas pu être envoyé"),
    "withheld": ("Kept back for comparison (holdout)", "Retenu pour comparaison (groupe témoin)"),
}

OURS: Final = (
    (r"Put aside: (\d+) attempts ended without an outcome\.", r"Mis de côté : \1 essais se sont terminés sans résultat."),
    (r"The process ended while the message was on its way\.", "Le processus s’est arrêté pendant que le message partait."),
    (r"Restored from a backup: it may have left after the backup was made\.", "Sauvegarde restaurée : il est peut-être parti après elle."),
    (r"It waited while sending was on hold\.", "Il attendait pendant que les envois étaient suspendus."),
    (r"There is no template called (.*)\.", r"Il n’y a pas de modèle nommé \1."),
    (r"There is no channel called (.*)\.", r"Il n’y a pas de canal nommé \1."),
    (r"Given up after repeated tries: ", "Abandonné après plusieurs essais : "),
    (r"No reply after the final dot: ", "Pas de réponse après le dernier octet : "),
    (r"No connection to the mail server: ", "Pas de connexion au serveur de messagerie : "),
    (r"The mail server could not be reached\.", "Le serveur de messagerie est hors d’atteinte."),
)
"""Our own words within a reason, and how French says them; what servers said stays as they said it."""


def french(reason: str) -> str:
    """The reason with our own words in French."""
    for pattern, said in OURS:
        reason = re.sub(pattern, said, reason)
    return reason


def why(message: Message, *, on_hold: bool) -> Bilingual:
    """The sentence; "" for a message of which its state says all. What servers and templates said stays as they said it."""
    state, reason = message.state.value, message.reason
    if state == "planned" and on_hold:
        return _both(PLANNED["postponed: on_hold"])
    if state in ("planned", "skipped"):
        known = (PLANNED if state == "planned" else SKIPPED).get(reason)
        if known is not None:
            return _both(known)
    prefix, _, detail = reason.partition(": ")
    if prefix in PREFIXES:
        return _both(PREFIXES[prefix], detail)
    if state in STATES:
        return _both(STATES[state], reason if state != "withheld" else "")
    return {"fr": french(reason), "en": reason}


def _both(said: tuple[str, str], detail: str = "") -> Bilingual:
    en, fr = said
    return {"fr": f"{fr} : {french(detail)}" if detail else fr, "en": f"{en}: {detail}" if detail else en}
