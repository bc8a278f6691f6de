"""The log tells what happened and to nobody whom: text for people, JSON for programs."""

import json
import logging
import sys

import pytest

from parcours.cli.logs import JsonLines, Redacted

SECRETS = ("marie@example.org", "wk_509dfde2lZcVMo1AqCxEi97DqpMn5", "s3cret", "AAAAbbbbCCCCddddEEEE")


def record(message: str, *values: object) -> logging.LogRecord:
    """A record with an exception whose text holds secrets."""
    try:
        raise ValueError("smtp://shop:s3cret@mail.example.org refused marie@example.org")
    except ValueError:
        return logging.LogRecord("parcours.deliver", logging.ERROR, __file__, 1, message, values, sys.exc_info())


@pytest.mark.parametrize("formatter", [Redacted(), JsonLines()])
def test_no_address_key_token_or_password_is_written(formatter: logging.Formatter) -> None:
    line = formatter.format(record("%s asked /u/AAAAbbbbCCCCddddEEEE with wk_509dfde2lZcVMo1AqCxEi97DqpMn5", "marie@example.org"))
    assert not [secret for secret in SECRETS if secret in line]
    assert "(address) asked /u/(token) with (key)" in line
    assert "smtp://(password)@" in line or "smtp://(address)" in line


def test_programs_read_one_object_a_line() -> None:
    line = JsonLines().format(record("turn %d failed", 7))
    assert "\n" not in line
    read = json.loads(line)
    assert (read["level"], read["logger"], read["message"], read["exception"]) == (
        "ERROR",
        "parcours.deliver",
        "turn 7 failed",
        "ValueError",
    )
    assert read["time"].endswith("Z")
    assert "Traceback" in read["traceback"]


def test_people_read_time_level_place_and_message() -> None:
    plain = logging.LogRecord("parcours.workers", logging.INFO, __file__, 1, "ready after %.1f s", (1.25,), None)
    assert Redacted().format(plain).split(" ", 1)[1] == "INFO parcours.workers ready after 1.2 s"
