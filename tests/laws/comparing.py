"""How two outcomes differ, shown at the first difference with what came before."""

from collections.abc import Sequence

from tests.laws.case import Case, Line, Outcome

CONTEXT = 4


def first_difference(name: str, ours: Sequence[Line], theirs: Sequence[Line]) -> list[str]:
    """Sentences about the first line that differs; none when all are equal."""
    if list(ours) == list(theirs):
        return []
    index = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    before = [f"    {line}" for line in ours[max(0, index - CONTEXT) : index]]
    return [
        f"{name} {index} differs, after:",
        *before,
        *(f"  - {x}" for x in ours[index : index + 2]),
        *(f"  + {x}" for x in theirs[index : index + 2]),
    ]


def needed(runs: Sequence[Line]) -> list[Line]:
    """The runs that matter from now on: those inside, and the last of each journey and instance, which re-entry asks."""
    last = {run[:2]: run for run in sorted(runs, key=lambda run: run[2])}
    return [run for run in runs if run[5] == "live" or last[run[:2]] == run]


def differences(ours: Outcome, theirs: Outcome) -> list[str]:
    """Every way in which two outcomes differ."""
    return [
        *first_difference("trace", ours.trace, theirs.trace),
        *first_difference("action", ours.actions, theirs.actions),
        *first_difference("run", needed(ours.runs), needed(theirs.runs)),
    ]


def assert_same(case: Case, ours: Sequence[Outcome], theirs: Sequence[Outcome], names: str, seed: int | None = None) -> None:
    """Raises AssertionError that shows the first differences."""
    found = [line for a, b in zip(ours, theirs, strict=True) for line in differences(a, b)]
    told = f"seed {seed}" if seed is not None else ""
    assert not found, "\n".join([f"{names} {told}", *found, "documents:", *(repr(p) for p in case.publications)])
