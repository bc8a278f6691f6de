"""What one rendering may cost. Limits are counted, not timed, so the same template and data always give the same answer.

python-liquid has three limits of its own (nested loop iterations, size of the local namespace, output). They leave gaps: loops that
follow one another, filters that multiply (`replace`, `join`), ranges turned into lists, captures made again and again. The budget below
closes them; every loop, filter, assignment and write is charged to it.
"""

from collections.abc import Callable
from functools import wraps
from io import StringIO
from typing import Any, Final

from liquid import RenderContext, Undefined
from liquid.exceptions import ResourceLimitError

MAX_SOURCE: Final = 256 * 1024
MAX_LOOPS: Final = 10_000
MAX_OUTPUT: Final = 1024 * 1024
MAX_NAMESPACE: Final = 1024 * 1024
MAX_VALUE: Final = 256 * 1024
MAX_ITEMS: Final = 10_000
MAX_STEPS: Final = 500_000
MAX_CHARACTERS: Final = 8 * 1024 * 1024
MAX_DIGITS: Final = 4_000


class TooMuch(ResourceLimitError):
    """A rendering wanted more than it may have."""

    def __init__(self, message: str) -> None:
        super().__init__(message, token=None)


class Budget:
    """What is left for one rendering, and the names that were asked for and are not there."""

    __slots__ = ("blanks", "characters", "iterations", "output", "steps", "weight")

    def __init__(self, weight: int) -> None:
        self.weight = weight
        self.iterations = MAX_LOOPS
        self.steps = MAX_STEPS
        self.characters = MAX_CHARACTERS
        self.output = MAX_OUTPUT
        self.blanks: dict[str, None] = {}

    def loop(self, length: int) -> None:
        """Charge a loop: each iteration may run the whole template once more."""
        self.iterations -= length
        self.steps -= length * self.weight
        if self.iterations < 0 or self.steps < 0:
            raise TooMuch(f"The template loops too often (at most {MAX_LOOPS:,} times in all).")

    def handle(self, characters: int) -> None:
        """Charge characters that a filter or a condition reads or makes."""
        self.characters -= characters + 8
        if self.characters < 0:
            raise TooMuch("The template handles too much text.")

    def write(self, characters: int) -> None:
        """Charge output, captured or final."""
        self.output -= characters
        if self.output < 0:
            raise TooMuch(f"The template writes too much (at most {MAX_OUTPUT:,} characters).")

    def blank(self, value: Undefined) -> None:
        """Remember a name that nothing answers to."""
        name = value.hint.removesuffix(" is undefined").strip("'") if value.hint else value.name
        self.blanks[name] = None


class Buffer(StringIO):
    """Output charged to the budget."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget

    def write(self, text: str, /) -> int:
        self._budget.write(len(text))
        return super().write(text)


def extent(value: object) -> int:
    """The size of a value in characters, roughly; raises TooMuch for one that is larger than any value may be."""
    match value:
        case str():
            size = len(value)
        case bool():
            return 1
        case int():
            size = value.bit_length() // 3
            if size > MAX_DIGITS:
                raise TooMuch("A number of the template is too large.")
        case range() | list() | tuple():
            if _count(value) > MAX_ITEMS:
                raise TooMuch(f"A list of the template is too long (at most {MAX_ITEMS:,} items).")
            size = len(value) if isinstance(value, range) else sum(len(item) if isinstance(item, str) else 1 for item in value)
        case _:
            return 1
    if size > MAX_VALUE:
        raise TooMuch(f"A text of the template is too long (at most {MAX_VALUE:,} characters).")
    return size


def _count(value: range | list[Any] | tuple[Any, ...]) -> int:
    """The number of items; a range may have more than len() can say."""
    return max(0, value.stop - value.start) if isinstance(value, range) else len(value)


def _product(name: str, left: object, arguments: tuple[object, ...]) -> int:
    """How many characters a multiplying filter would make, before it makes them."""
    first = arguments[0] if arguments else ""
    if name in {"replace", "replace_first", "replace_last"} and len(arguments) > 1:
        text = str(left)
        times = text.count(str(first)) if str(first) else len(text) + 1
        return len(text) + times * len(str(arguments[1]))
    if name == "join" and isinstance(left, list | tuple | range):
        return extent(left) + len(left) * len(str(first))
    if name == "uniq" and isinstance(left, list | tuple | range):
        return len(left) ** 2 // 8
    return 0


def guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, charged to the budget of the rendering that uses it."""
    wants_context = getattr(function, "with_context", False)

    @wraps(function)
    def charged(left: object, *arguments: object, context: RenderContext, **named: Any) -> Any:
        budget: Budget = context.budget  # type: ignore[attr-defined]
        if isinstance(left, Undefined) and name != "default":
            budget.blank(left)
        budget.handle(extent(left) + sum(map(extent, arguments)))
        made = _product(name, left, arguments)
        if made:
            budget.handle(made)
            if made > MAX_VALUE and name != "uniq":
                raise TooMuch(f"A text of the template is too long (at most {MAX_VALUE:,} characters).")
        result = function(left, *arguments, context=context, **named) if wants_context else function(left, *arguments, **named)
        budget.handle(extent(result))
        return result

    charged.with_context = True  # type: ignore[attr-defined]
    return charged
