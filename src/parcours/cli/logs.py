"""The log: one line per record, as text for people or as JSON for programs, without personal data."""

import json
import logging
import os
import re
import time
from typing import Final

WITHHELD: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"), "(address)"),
    (re.compile(r"\b(?:wk|sk)_[\w-]{20,}"), "(key)"),
    (re.compile(r"(?<=/[uc]/)[\w-]{16,}"), "(token)"),
    (re.compile(r"(?<=://)[^/\s@]+:[^/\s@]+(?=@)"), "(password)"),
)
"""What stands in texts of errors and must not stand in a log, and what is written in its place."""
QUIET: Final = ("httpx2", "alembic.runtime.plugins", "alembic.runtime.migration")
"""Libraries that tell more than anybody reads."""


class Redacted(logging.Formatter):
    """Text lines: time (UTC), level, logger, message, then the traceback; addresses, keys, tokens and passwords are withheld."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return withheld(super().format(record))


class JsonLines(Redacted):
    """The same as one JSON object per line: time, level, logger, message, and for an exception its type and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": withheld(record.getMessage())}
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"exception": record.exc_info[0].__name__, "traceback": withheld(self.formatException(record.exc_info))}
        return json.dumps(line, ensure_ascii=False)


def withheld(text: str) -> str:
    """A text without addresses, keys, tokens and passwords."""
    for pattern, instead in reversed(WITHHELD):
        text = pattern.sub(instead, text)
    return text


def set_up() -> None:
    """Log to standard error, from INFO on; PARCOURS_LOG=json asks for JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if os.environ.get("PARCOURS_LOG") == "json" else Redacted())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
