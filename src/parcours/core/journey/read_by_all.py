"""What every linked workspace reads beside its conditions: permission to send, and receipts of its messages."""

from collections.abc import Iterable, Sequence
from typing import Final

from parcours.core.journey import layout as at
from parcours.core.journey.program import MessageRule, Program
from parcours.core.terms import event_names
from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.lower import consent_of
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.registers import Feed, RegisterSpec
from parcours.core.terms.conditions.tree import REACTIONS, All, Not, Property
from parcours.core.terms.events import Kind

RECEIPTS: Final = 1 << Kind.RECEIPT
BY_PERSON: Final = All((Property("run", "exists"), Not(All((Property("human", "exists"), Property("human", "=", False))))))
"""A receipt that names its run and was not judged to be a machine's."""


def _switch(off: str, on: str, clause: Property | None = None) -> RegisterSpec:
    feeds = (Feed(opcodes.SET_FALSE, Matcher(off, clause)), Feed(opcodes.SET_TRUE, Matcher(on, clause)))
    return RegisterSpec(opcodes.FLAG_REGISTER, feeds)


def permission_registers(rule: MessageRule) -> tuple[RegisterSpec | None, RegisterSpec, RegisterSpec | None, RegisterSpec]:
    """What permission to send reads: consent, suppressed address, open complaint, frozen contact; None is not asked."""
    on_channel = Property("channel", "=", rule.channel)
    marketing = not rule.transactional
    return (
        consent_of(rule.channel, rule.topic) if marketing and rule.topic is not None else None,
        _switch(event_names.ADDRESS_RESTORED, event_names.ADDRESS_SUPPRESSED, on_channel),
        _switch(event_names.COMPLAINT_CLOSED, event_names.COMPLAINT_OPENED) if marketing else None,
        _switch(event_names.CONTACT_UNFROZEN, event_names.CONTACT_FROZEN),
    )


def receipt_matchers(channels: Iterable[str]) -> list[tuple[Matcher, int]]:
    """The receipts of these channels, each with what it says (layout: the table `receipts`)."""
    found = []
    for channel in channels:
        prefix, of_run = channel.capitalize(), Property("run", "exists")
        tracked = All((of_run, Property("tracked", "=", True)))
        found += [(Matcher(f"{prefix} Sent", of_run, kinds=RECEIPTS), opcodes.SENT_BIT + 1)]
        found += [(Matcher(f"{prefix} Sent", tracked, kinds=RECEIPTS), opcodes.TRACKED_BIT + 1)]
        found += [(Matcher(f"{prefix} {word}", of_run, kinds=RECEIPTS), at.GIVEN_BACK) for word in ("Skipped", "Failed")]
        for index, kind in enumerate(REACTIONS):
            matcher = Matcher(f"{prefix} {kind.capitalize()}", BY_PERSON, kinds=RECEIPTS)
            found.append((matcher, opcodes.REACTED_FROM + index + 1))
    return found


def all_registers(programs: Sequence[Program]) -> tuple[RegisterSpec, ...]:
    """Every register that some program or the permission of its messages reads, each once, by key."""
    found = [register for program in programs for register in program.registers()]
    for program in programs:
        for rule in program.messages:
            found += [register for register in permission_registers(rule) if register is not None]
    by_key = {register.key: register for register in found}
    return tuple(by_key[key] for key in sorted(by_key))
