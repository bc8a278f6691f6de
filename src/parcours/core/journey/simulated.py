"""Simulated reactions: what people might make of messages that a backtest sends, by rates that the reader sees and sets. Pure.

Whether somebody reacts is a draw on the message's run, step and visit, so that the same inputs give the same reactions; one draw serves
every kind of reaction: who clicks has opened, when more open than click.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.state import Action
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.events import Event, Kind

OF: Final = 10_000
FIRST_SEQ: Final = 1 << 40
"""Simulated events come after whatever happened at their instant."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of 10,000 sent messages are reacted to, `after` microseconds (at least 2). `fitted`: from history."""

    share: int
    after: int
    fitted: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON holds it; `after` in seconds."""
        return {"rate": self.share / OF, "after": self.after // 1_000_000, "fitted": self.fitted}


Rates = Mapping[str, Rate]


KINDS: Final = ("delivered", "opened", "clicked")
"""What is simulated; nobody replies to, bounces from or complains about a message that was never sent."""


def fitted(lives: Iterable[Sequence[Event]]) -> dict[str, Rate]:
    """The rates of a history: of the messages that were sent and measured, how many were reacted to, and after how long (the median).

    Nothing when no measured message was sent.
    """
    sent: dict[str, int] = {}
    first: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for events in lives:
        for event in sorted(events, key=lambda event: (event.occurred, event.seq)):
            word, message = event.name.rpartition(" ")[2].lower(), str(event.properties.get("message", ""))
            if event.kind != Kind.RECEIPT or not message:
                continue
            if word == "sent" and event.properties.get("tracked") is True:
                sent.setdefault(message, event.occurred)
            elif word in first and event.properties.get("human") is not False:
                first[word].setdefault(message, event.occurred)
    if not sent:
        return {}
    return {kind: _fitted(sent, first[kind]) for kind in KINDS}


def _fitted(sent: Mapping[str, int], reacted: Mapping[str, int]) -> Rate:
    delays = sorted(max(2, at - sent[message]) for message, at in reacted.items() if message in sent)
    return Rate(round(OF * len(delays) / len(sent)), delays[(len(delays) - 1) // 2] if delays else 2, True)


def reactions_to(send: Action, rates: Rates, first_seq: int) -> list[Event]:
    """The receipts of one message: it left, and how its reader reacted. `first_seq` and those after it are theirs."""
    about: dict[str, Any] = {
        "message": send.id.hex(),
        "run": send.run_id.hex(),
        "journey": send.journey,
        "step": send.step,
        "visit": send.visit,
        "channel": send.payload["channel"],
    }
    channel = str(send.payload["channel"]).capitalize()
    drawn = stable_hash("simulated", send.run_id.hex(), send.step, send.visit) % OF
    told = [(f"{channel} Sent", send.at + 1, {**about, "tracked": True})]
    for kind, rate in sorted(rates.items()):
        if drawn < rate.share:
            told.append((f"{channel} {kind.capitalize()}", send.at + max(2, rate.after), about))
    return [
        Event(send.contact, first_seq + place, name, at, at, at, kind=Kind.RECEIPT, properties=properties)
        for place, (name, at, properties) in enumerate(told)
    ]


def earliest(sends: Iterable[Action], answered: Mapping[int, Sequence[tuple[bytes, str, int]]]) -> list[Action]:
    """Of each contact, the sends of the first instant that has one without an answer: later ones may yet turn out otherwise."""
    first: dict[int, list[Action]] = {}
    for send in sends:
        if (send.run_id, send.step, send.visit) in answered.get(send.contact, ()):
            continue
        known = first.setdefault(send.contact, [])
        if not known or send.at == known[0].at:
            known.append(send)
        elif send.at < known[0].at:
            first[send.contact] = [send]
    return [send for sends in first.values() for send in sends]
