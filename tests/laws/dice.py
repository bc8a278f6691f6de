"""Choices: the generators of documents and histories ask them, Hypothesis (which shrinks) or a seed (which is fast) makes them."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

Chosen = TypeVar("Chosen")


class Dice(Protocol):
    """Somebody who chooses."""

    def pick(self, options: Sequence[Chosen]) -> Chosen:
        """One of the options; the first is the simplest."""
        ...

    def number(self, least: int, most: int) -> int:
        """A number, both ends included; the least is the simplest."""
        ...


class Drawn:
    """Hypothesis chooses."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw

    def pick(self, options: Sequence[Chosen]) -> Chosen:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def number(self, least: int, most: int) -> int:
        """A number."""
        number: int = self.draw(st.integers(least, most))
        return number


class Thrown:
    """A seed chooses."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, options: Sequence[Chosen]) -> Chosen:
        """One of the options."""
        return self.random.choice(options)

    def number(self, least: int, most: int) -> int:
        """A number."""
        return self.random.randint(least, most)


def once_in(dice: Dice, times: int) -> bool:
    """True once in so many times; False is simpler."""
    return dice.number(1, times) == times


def some(dice: Dice, least: int, most: int, make: Callable[[], Chosen]) -> list[Chosen]:
    """A list of things, each made anew."""
    return [make() for _ in range(dice.number(least, most))]


def subset(dice: Dice, options: dict[str, Sequence[Any]]) -> dict[str, Any]:
    """Some of the keys, each with one of its values."""
    return {key: dice.pick(values) for key, values in options.items() if once_in(dice, 2)}
