"""Rules about intended sends: one for each run, step, visit, channel and contact; none was sent without address and instant."""

from collections.abc import Iterator

from parcours.app.check.finding import Finding
from parcours.app.ports import Message, MessageState
from parcours.app.services import Services
from parcours.core.terms.ids import action_id

PAGE = 5000
LEFT = frozenset((MessageState.SENT, MessageState.DELIVERED, MessageState.BOUNCED, MessageState.COMPLAINED))


def every_message(services: Services) -> Iterator[Message]:
    """Every intended send, by id."""
    after = b""
    while page := services.store.read(services.workspace, lambda tx, after=after: tx.extracts.messages(after, PAGE)):  # type: ignore[misc]
        yield from page
        after = page[-1].id


def check_messages(services: Services) -> list[Finding]:
    """All messages."""
    intents = Finding("I4 one intended send for each run, step, visit, channel and contact")
    whole = Finding("a message that was sent has an address and an instant")
    known: set[tuple[bytes, str, int, str, int]] = set()
    for message in every_message(services):
        intents.looked_at += 1
        intent = (message.run_id, message.step, message.visit, message.channel, message.contact)
        if intent in known:
            intents.fault(f"Message {message.id.hex()} is intended a second time (step {message.step}, visit {message.visit}).")
        known.add(intent)
        if message.journey and message.id != action_id(*intent[:4]):
            intents.fault(f"Message {message.id.hex()} does not have the id that its run, step, visit and channel give it.")
        if message.state in LEFT:
            whole.looked_at += 1
            if not (message.address and message.sent_at):
                whole.fault(f"Message {message.id.hex()} is {message.state} without address or instant.")
    return [intents, whole]
