"""Collect: messages of clients become inbox rows in one unit of work, and each gets its own answer."""

import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from parcours.app.arrivals import Ranks, arrival, content_digest, content_id
from parcours.app.ports import Arrival, Tx
from parcours.app.services import Services
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
from parcours.core.terms.intake import Envelope, Intake, Refused, take

Status = Literal["accepted", "duplicate", "rejected"]
STAGE: Final = "stage"
"""The attribute that the workspace's own rules write."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one message. `reason` is one word: why it was rejected, or what was corrected; `detail` is its sentence."""

    message_id: str
    status: Status
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The messages of one request after intake: those to keep, and every answer in order (a number is the rank of an arrival)."""

    arrivals: list[Arrival]
    outcomes: list[Answer | int]
    notes: dict[int, str]

    def answers(self, kept: Sequence[bool]) -> list[Answer]:
        """The answers, once it is known which arrivals were new."""
        return [outcome if isinstance(outcome, Answer) else self._answer(outcome, kept[outcome]) for outcome in self.outcomes]

    def _answer(self, rank: int, new: bool) -> Answer:
        message_id = self.arrivals[rank].client_message_id
        return Answer(message_id, "accepted", self.notes.get(rank, "")) if new else Answer(message_id, "duplicate", "known_message_id")


def parcel(messages: Sequence[Any | Refused], envelope: Envelope, source: int) -> Parcel:
    """Runs intake on decoded messages (a Refused stands for one that could not be decoded).

    A message without an id gets a new one; in history, one made of its content, so that sending the history again adds nothing.
    """
    made = Parcel([], [], {})
    ranks = Ranks()
    for message in messages:
        try:
            if isinstance(message, Refused):
                raise message
            intake = _without_stage(take(message, envelope), envelope)
        except Refused as refused:
            made.outcomes.append(Answer(_id_of(message), "rejected", refused.code, str(refused)))
            continue
        rank = len(made.arrivals)
        message_id = intake.message_id or (_content_id(message, ranks) if envelope.history else str(uuid.uuid4()))
        made.arrivals.append(arrival(intake, envelope.received, source, message_id, kept_forever=envelope.history))
        made.outcomes.append(rank)
        if intake.notes:
            made.notes[rank] = ",".join(intake.notes)
    return made


def _without_stage(intake: Intake, envelope: Envelope) -> Intake:
    """The intake as it may be kept: a write key stands in every page, so it sets nobody's stage."""
    if envelope.trusted or intake.name != CONTACT_IDENTIFIED or STAGE not in intake.properties:
        return intake
    left = {trait: value for trait, value in intake.properties.items() if trait != STAGE}
    return replace(intake, properties=left, notes=(*intake.notes, "stage_left_out"))


def _content_id(message: Any, ranks: Ranks) -> str:
    digest = content_digest("messages", message)
    return content_id(digest, ranks.next(digest))


def _id_of(message: Any) -> str:
    given = message.get("messageId") if isinstance(message, dict) else None
    return given[:255] if isinstance(given, str) else ""


def submit(services: Services, made: Parcel) -> Future[list[bool]]:
    """Hands the arrivals to the writer; the future answers, once they are on disk, which were new. Raises NotDurable, at once or later."""
    if not made.arrivals:
        nothing: Future[list[bool]] = Future()
        nothing.set_result([])
        return nothing

    def keep(tx: Tx) -> list[bool]:
        return tx.inbox.append(made.arrivals)

    kept = services.store.submit(services.workspace, keep)
    kept.add_done_callback(lambda done: services.wake() if done.exception() is None else None)
    return kept
