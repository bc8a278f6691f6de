"""Reading the documents that people write: YAML, or JSON, which is YAML too."""

import datetime as dt
import math
import warnings
from pathlib import Path
from typing import Any, Final

from parcours.app.operations import Refusal

MAX_SIZE: Final = 1 << 20
"""Bytes of a document."""
MAX_VALUES: Final = 100_000
"""Values of a document, those that aliases repeat counted each time: a kilobyte of aliases can stand for more than a memory holds."""
MAX_DEPTH: Final = 64
ODD: Final = (ValueError, TypeError, AttributeError, LookupError, AssertionError)
"""What the YAML library also raises for odd texts."""


def read_document(path: Path) -> dict[str, Any]:
    """The document of a file as plain values. Raises Refusal with the line of what cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_SIZE:
        raise Refusal(f"{path} is larger than a megabyte, and no document.")
    try:
        return parse_document(data)
    except Refusal as refusal:
        raise Refusal(f"{path} {refusal}") from refusal


def parse_document(data: bytes) -> dict[str, Any]:
    """The document of these bytes. Raises Refusal with a sentence without its subject, the file."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError, YAMLWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", YAMLWarning)  # an anchor named twice means one thing or the other: nobody should guess
            document = YAML(typ="safe", pure=True).load(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise Refusal("is nested too deep.") from error
    except (YAMLError, YAMLWarning, *ODD) as error:
        raise Refusal(f"is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise Refusal("holds no document: it should begin with a key, for instance `journey: welcome`.")
    check_plain(document)
    return document


def check_plain(document: dict[str, Any]) -> None:
    """Raises Refusal for what a document in JSON could not hold, and for more than any document holds."""
    waiting: list[tuple[Any, int]] = [(document, 1)]
    values = 0
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if depth > MAX_DEPTH:
            raise Refusal(f"is nested more than {MAX_DEPTH} deep.")
        if values + len(waiting) > MAX_VALUES:
            raise Refusal(f"holds more than {MAX_VALUES:,} values, those that its aliases repeat included.")
        if isinstance(value, dict):
            for key in value:
                if not isinstance(key, str):
                    raise Refusal(f"has the key {key!r}, which is no text: put it in quotes.")
            waiting += [(key, depth) for key in value] + [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
        else:
            _check_scalar(value)


def _check_scalar(value: Any) -> None:
    if isinstance(value, dt.date):
        raise Refusal(f"holds the date {value}: put it in quotes.")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal(f"holds {value}, which is no number.")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refusal("holds half of a character (a lone surrogate).") from None
    elif value is not None and not isinstance(value, bool | int | float):
        raise Refusal(f"holds {value!r}, which is neither a text, a number, a list nor a mapping.")
