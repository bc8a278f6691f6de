"""Rows from one table to another, number by number: the kernel knows no slices."""

from typing import Any

from numpy.typing import NDArray

from parcours.core.journey.tables import Room, State
from parcours.core.terms.parts import part


@part
def copy_row(target: NDArray[Any], to: int, source: NDArray[Any], of: int) -> None:
    """One row, of tables of equal width."""
    for column in range(source.shape[1]):
        target[to, column] = source[of, column]


@part
def fill_row(target: NDArray[Any], row: int, value: int) -> None:
    """One row of one number."""
    for column in range(target.shape[1]):
        target[row, column] = value


@part
def copy_run(target: Room | State, to: int, source: Room | State, of: int) -> None:
    """One run, with all that is kept beside it."""
    copy_row(target.runs, to, source.runs, of)
    copy_row(target.reactions, to, source.reactions, of)
    copy_row(target.visits, to, source.visits, of)
    copy_row(target.draws, to, source.draws, of)
    copy_row(target.facts, to, source.facts, of)


@part
def copy_waiting(target: Room | State, to: int, source: Room | State, of: int) -> None:
    """One entry that waits."""
    copy_row(target.waiting, to, source.waiting, of)
    copy_row(target.waiting_facts, to, source.waiting_facts, of)
