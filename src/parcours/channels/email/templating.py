"""Liquid as Parcours allows it: plain data in, text out, every cost counted, nothing else reachable."""

import re
from collections.abc import Mapping
from typing import Any, Final, TextIO

from liquid import BoundTemplate, Environment, RenderContext, Undefined
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.builtin.tags.for_tag import ForLoop
from liquid.builtin.tags.tablerow_tag import TableRow
from liquid.exceptions import LiquidError
from liquid.stringify import to_liquid_string

from parcours.channels.email.filters import date, money, strip_html
from parcours.channels.email.limits import MAX_LOOPS, MAX_NAMESPACE, MAX_OUTPUT, MAX_SOURCE, Budget, Buffer, extent, guarded

REMOVED_TAGS: Final = ("include", "render")
"""Templates read no other templates."""

REMOVED_FILTERS: Final = ("safe", "escapejs")
"""Nothing a contact said is ever trusted as HTML, and mails hold no scripts."""

_MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SPACES = re.compile(r"\s{200}")
_OPENING = re.compile(r"\{\{|\{%")
_VERBATIM: Final = {block: re.compile(rf"\{{%-?\s*end{block}\s*-?%\}}") for block in ("raw", "doc")}


class TemplateError(ValueError):
    """A template that cannot be read or rendered; its text is one sentence."""


class CountedContext(RenderContext):
    """A rendering's context that charges loops, assignments and captures to its budget."""

    __slots__ = ("budget",)

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, object], budget: Budget) -> None:  # noqa: A002 - the name of the base class
        super().__init__(template, globals=globals)
        self.budget = budget

    def loop(self, namespace: Mapping[str, object], forloop: ForLoop | TableRow) -> Any:
        self.budget.loop(forloop.length)
        return super().loop(namespace, forloop)

    def assign(self, key: str, val: Any) -> None:
        self.budget.handle(extent(val))
        super().assign(key, val)

    def get_buffer(self, buf: TextIO | None = None) -> Buffer:
        return Buffer(self.budget)


class CountedOutput(OutputNode):
    """`{{ ... }}`: a value nobody has is written as nothing, and remembered."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if isinstance(value, Undefined):
            context.budget.blank(value)  # type: ignore[attr-defined]
            return 0
        return buffer.write(to_liquid_string(value, context.autoescape))


class CountedOutputTag(Output):
    node_class = CountedOutput


class CountedEchoTag(EchoTag):
    node_class = CountedOutput  # type: ignore[assignment]


class Liquid(Environment):
    """The environment: three limits of the library, the budget of ours, no partial templates."""

    loop_iteration_limit = MAX_LOOPS
    output_stream_limit = MAX_OUTPUT
    local_namespace_limit = MAX_NAMESPACE

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for tag in REMOVED_TAGS:
            del self.tags[tag]
        for name in REMOVED_FILTERS:
            del self.filters[name]
        self.add_tag(CountedOutputTag)
        self.add_tag(CountedEchoTag)
        self.filters |= {"money": money, "date": date, "strip_html": strip_html}
        self.filters = {name: guarded(name, function) for name, function in self.filters.items()}


HTML: Final = Liquid(autoescape=True)
PLAIN: Final = Liquid(autoescape=False)


class Piece:
    """One parsed part of a template (subject, HTML, text). Raises TemplateError when it cannot be read."""

    __slots__ = ("_template", "_weight")

    def __init__(self, source: str, environment: Liquid) -> None:
        if len(source) > MAX_SOURCE:
            raise TemplateError(f"The template is too long (at most {MAX_SOURCE // 1024} kB).")
        check_closed(source)
        try:
            self._template = environment.from_string(source)
        except (LiquidError, RecursionError) as error:
            raise TemplateError(sentence(error)) from error
        marks = _MARKUP.findall(source)
        self._weight = len(marks) + sum(map(len, marks)) // 8 + 1

    def render(self, context: Mapping[str, object], blanks: dict[str, None]) -> str:
        """The text for this context (plain data only); names nobody has are added to `blanks`. Raises TemplateError."""
        budget = Budget(self._weight)
        rendering = CountedContext(self._template, globals=context, budget=budget)
        buffer = Buffer(budget)
        try:
            self._template.render_with_context(rendering, buffer)
        except LiquidError as error:
            raise TemplateError(sentence(error)) from error
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, MemoryError) as error:
            raise TemplateError(f"The template cannot use this data: {str(error) or type(error).__name__}.") from error
        blanks |= budget.blanks
        return well_formed(buffer.getvalue())


def check_closed(source: str) -> None:
    """Raises TemplateError for a mark that is never closed or holds a long run of spaces: the lexer would spend the square of the text."""
    position = 0
    while opening := _OPENING.search(source, position):
        end = source.find("}}" if opening[0] == "{{" else "%}", opening.end())
        if end < 0:
            raise _unclosed(source, opening[0], opening.start())
        if _SPACES.search(source, opening.start(), end):
            raise TemplateError(f"A {opening[0]} holds too many spaces (line {_line(source, opening.start())}).")
        position = end + 2
        block = source[opening.end() : end].strip("- \t\r\n") if opening[0] == "{%" else ""
        if block in _VERBATIM:
            closing = _VERBATIM[block].search(source, position)
            if closing is None:
                raise _unclosed(source, f"{{% {block} %}}", opening.start())
            position = closing.end()


def _unclosed(source: str, mark: str, start: int) -> TemplateError:
    return TemplateError(f"A {mark} is never closed (line {_line(source, start)}).")


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def well_formed(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def sentence(error: BaseException) -> str:
    """A Liquid error in one sentence, with the line where it happened."""
    said = str(getattr(error, "message", "")) or str(error.__cause__ or error) or type(error).__name__
    place = error.context() if isinstance(error, LiquidError) and error.token is not None else None
    text = said[0].upper() + said[1:].rstrip(".")
    return f"{text} (line {place[0]})." if place else f"{text}."
