"""The text part of a template that has none: derived once from its HTML, marks and all, so that each message only fills it in.

Turning each rendered HTML into text costs a millisecond and more; here the HTML with its marks is turned once. Where that could say
something else than the HTML does, there is no derived template, and each message's HTML is turned by itself (parts.text_of).
"""

import re
from typing import Final

from parcours.channels.email.parts import text_of

_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HOLE = re.compile(r"\ue000(\d+)\ue001")
_LINE_OF_HOLES = re.compile(r"(?m)^[ \t]*((?:\ue000\d+\ue001[ \t]*)+)\n")
_MAKES_HTML = re.compile(r"[<&]|\b(?:newline_to_br|escape|escape_once)\b")
_SAYS: Final = re.compile(r"\{\{|\{%-?\s*(?:assign|echo|liquid|cycle)\b")
"""Marks whose literals and filters may end up in the text."""


def text_template(html: str) -> str | None:
    """A Liquid template of the text part, None where the HTML's marks do not allow one: marks that make HTML, tags inside of tags."""
    marks = _MARK.findall(html)
    if "\ue000" in html or any(_SAYS.match(mark) and _MAKES_HTML.search(mark) for mark in marks):
        return None
    numbers = iter(range(len(marks)))
    text = text_of(_MARK.sub(lambda _: f"\ue000{next(numbers)}\ue001", html))
    found = [int(number) for number in _HOLE.findall(text)]
    lost = set(range(len(marks))) - set(found)
    if found != sorted(set(found)) or any(marks[number].startswith("{%") for number in lost):
        return None
    return _HOLE.sub(lambda hole: marks[int(hole[1])], _LINE_OF_HOLES.sub(lambda line: _joined(line, marks), text))


def _joined(line: re.Match[str], marks: list[str]) -> str:
    """A line that holds only tags leaves no empty line behind."""
    silent = all(marks[int(number)].startswith("{%") for number in _HOLE.findall(line[1]))
    return line[1].strip(" \t") if silent else line[0]
