"""Intended sends and the mailbox in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parcours.app.ports import Claim, Mail, Message, MessageState, Place, StoredLink
from parcours.testing.memory.state import State, plain


def _intent(message: Message) -> tuple[int, bytes, str, int, str]:
    return (message.contact, message.run_id, message.step, message.visit, message.channel)


def _place(message: Message) -> Place:
    return (message.planned_at, message.id)


class MemoryMessages:
    """The outbox and what became of each message."""

    def __init__(self, state: State) -> None:
        self._state = state

    def plan(self, messages: Sequence[Message], /) -> None:
        """Keep intents; one whose id or unique key is known already is left as it is."""
        self._state.writing()
        intents = {_intent(message) for message in self._state.messages.values()}
        for message in messages:
            if message.id not in self._state.messages and _intent(message) not in intents:
                self._state.messages[message.id] = replace(message, payload=plain(message.payload))
                intents.add(_intent(message))

    def claim(self, which: Claim, owner: str, at: int, lease_until: int, limit: int, /) -> list[Message]:
        """Take messages that are due, suspects, or lapsed claims; oldest planned first."""
        self._state.writing()
        messages = sorted(self._state.messages.values(), key=_place)
        if which == "lapsed":
            found = [each for each in messages if each.state == MessageState.CLAIMED and each.claimed_until < at]
        else:
            planned = [each for each in messages if each.state == MessageState.PLANNED and each.next_at <= at]
            found = sorted((each for each in planned if (each.lost > 0) == (which == "suspect")), key=lambda each: each.lost)
        more = {"lost": 1} if which == "lapsed" else {"attempts": 1}
        taken = [
            replace(
                each,
                state=MessageState.CLAIMED,
                attempts=each.attempts + more.get("attempts", 0),
                lost=each.lost + more.get("lost", 0),
                claimed_by=owner,
                claimed_until=lease_until,
            )
            for each in found[:limit]
        ]
        self._state.messages.update({message.id: message for message in taken})
        return sorted(taken, key=_place)

    def settle(self, messages: Sequence[Message], /) -> None:
        """Write what became of messages; releases the claim unless the state is claimed."""
        self._state.writing()
        for said in messages:
            held = self._state.messages.get(said.id)
            if held is None:
                continue
            claimed = said.state == MessageState.CLAIMED
            self._state.messages[said.id] = replace(
                held,
                state=said.state,
                reason=said.reason,
                next_at=said.next_at,
                lost=said.lost,
                address=said.address,
                sent_at=said.sent_at,
                updated_at=said.updated_at,
                claimed_by=held.claimed_by if claimed else "",
                claimed_until=said.claimed_until if claimed else 0,
            )

    def load(self, ids: Sequence[bytes], /) -> dict[bytes, Message]:
        """The messages by id; unknown ids are left out."""
        return {each: self._state.messages[each] for each in ids if each in self._state.messages}

    def find(self, contact: int | None, states: Sequence[MessageState], before: Place, limit: int, /) -> list[Message]:
        """Newest planned first, those whose (planned_at, id) is less than `before`; contact None = all; no states = all."""
        found = [
            message
            for message in self._state.messages.values()
            if contact in (None, message.contact) and (not states or message.state in states) and _place(message) < before
        ]
        return sorted(found, key=_place, reverse=True)[:limit]

    def counts(self) -> dict[str, int]:
        """Messages by state; states without any are left out."""
        return dict(Counter(message.state.value for message in self._state.messages.values()))

    def keep_links(self, links: Sequence[StoredLink], /) -> None:
        """Keep destinations; a (message, number) already kept is left as it is."""
        self._state.writing()
        for link in links:
            self._state.links.setdefault((link.message_id, link.number), link)

    def link(self, message_id: bytes, number: int, /) -> StoredLink | None:
        """The destination, None when unknown."""
        return self._state.links.get((message_id, number))


class MemoryMailbox:
    """Every mail that `mailbox://` delivered."""

    def __init__(self, state: State) -> None:
        self._state = state

    def keep(self, mail: Mail, /) -> None:
        """Keep a mail; a message_id already kept is left as it is."""
        self._state.writing()
        if all(held.message_id != mail.message_id for held in self._state.mails.values()):
            number = self._state.next("mail")
            self._state.mails[number] = replace(mail, id=number)

    def page(self, text: str, contact: int | None, before: int, limit: int, /) -> list[Mail]:
        """Newest first with id < before; `text` in recipient or subject, whatever its case. `raw` is left empty."""
        found = [
            replace(mail, raw=b"")
            for mail in reversed(self._state.mails.values())
            if mail.id < before and contact in (None, mail.contact) and text.casefold() in f"{mail.recipient}\n{mail.subject}".casefold()
        ]
        return found[:limit]

    def read(self, mail: int, /) -> Mail | None:
        """The whole mail, None when unknown."""
        return self._state.mails.get(mail)

    def count(self) -> int:
        """Mails kept."""
        return len(self._state.mails)
