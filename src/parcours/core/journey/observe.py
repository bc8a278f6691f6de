"""Conditions about people asked of their kernel records, outside any run: stages now, segments later. Needs numba."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from parcours.core.journey.compile import compile_journey
from parcours.core.journey.document import parse_journey
from parcours.core.journey.link import Linked
from parcours.core.journey.naming import Names
from parcours.core.journey.packing import Packer
from parcours.core.journey.program import Program
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.calendar import local_of
from parcours.core.terms.conditions.evaluate import evaluate
from parcours.core.terms.conditions.lower import bind
from parcours.core.terms.conditions.opcodes import TRUE

NOBODY_ENTERS: Final = "Nobody Enters"


def observed(key: str, conditions: Sequence[Mapping[str, Any]]) -> Program:
    """A program that nobody enters and whose registers are kept when it is placed: `conditions` are its branches, in order.

    Raises ValueError for a condition that cannot be read.
    """
    cases = [{"if": condition, "then": "done"} for condition in conditions]
    steps = [{"id": f"c{number}", "branch": [case], "else": "done"} for number, case in enumerate(cases)]
    for step, after in itertools.pairwise(steps):
        step["else"] = after["id"]
    journey, problems = parse_journey({"journey": key, "entry": [{"on": {"event": NOBODY_ENTERS}}], "steps": steps})
    if journey is None:
        raise ValueError("; ".join(f"{problem.path}: {problem.en}" for problem in problems))
    return compile_journey(journey)


def first_true(linked: Linked, program: Program, records: Sequence[ContactRecord], at: int) -> list[int | None]:
    """For each record the number of the first condition of `program` that holds at the instant, None when none does.

    The program must be among those linked. Conditions on the event at hand or on messages of a run are unknown here.
    """
    codes = [bind(lowered, linked.offsets, {}, {}) for lowered in program.codes]
    bare = [ContactRecord(record.contact, record.public_id, record.zone, registers=record.registers) for record in records]
    rows = Packer(linked, Names(linked)).pack(bare).registers
    no_bits, no_reactions = np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.int64)
    zones, answers = linked.zones, []
    for record, row in zip(records, rows, strict=True):
        zone = zones.index(record.zone)
        local = int(local_of(zones.transitions, zones.offsets, zones.starts[zone], zones.starts[zone + 1], at))
        found = (number for number, code in enumerate(codes) if evaluate(code, 0, len(code), row, no_bits, no_reactions, at, local) == TRUE)
        answers.append(next(found, None))
    return answers
