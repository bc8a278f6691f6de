"""Benchmarks are whole: every subject is registered, has its place in the page of figures, and says what it is."""

from pathlib import Path

import pytest

from bench.__main__ import PAGE, size, write
from bench.registry import SUBJECTS, subject
from bench.rows import Figure, Row, table
from tests.architecture.tree import ROOT

APPARATUS = {"__init__", "__main__", "door", "mail_sink", "measuring", "peer", "registry", "rows", "segments", "shop", "shoppers"}


def test_every_file_is_a_subject_or_what_subjects_share() -> None:
    assert {path.stem for path in (ROOT / "bench").glob("*.py")} - APPARATUS == set(SUBJECTS)


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_subject_has_a_title_rows_and_its_place_in_the_page(name: str) -> None:
    measured = subject(name)
    assert measured.TITLE and callable(measured.rows)
    page = PAGE.read_text()
    assert page.count(f"<!-- bench: {name} -->\n") == page.count(f"<!-- /bench: {name} -->") == 1


def test_a_table_says_ratios_of_like_units_and_what_is_missed(tmp_path: Path) -> None:
    rows = [
        Row("fold", Figure(0.18, "s", 0.17, 0.2), [("scan", Figure(0.012)), ("rows", Figure(2e7, "events/s"))], "15x", True),
        Row("mail", Figure(2_000, "mails/s"), [("slow", Figure(400, "mails/s"))], "3k", False),
    ]
    said = table(rows)
    assert "| fold | 180 ms [170 ms–200 ms] | scan 12 ms (15x); rows 20M events/s | 15x | met |" in said
    assert "| mail | 2,000 mails/s | slow 400 mails/s (5x) | 3k | **missed** |" in said
    page = tmp_path / "figures"
    page.write_text("a\n<!-- bench: x -->\nold\n<!-- /bench: x -->\nb\n")
    write(page, "x", said)
    assert page.read_text() == f"a\n<!-- bench: x -->\n\n{said}\n<!-- /bench: x -->\nb\n"
    with pytest.raises(ValueError, match=r"figures has no place for y: add <!-- bench: y -->"):
        write(page, "y", said)


def test_sizes_are_read_as_people_write_them() -> None:
    assert [size("200k"), size("20M"), size("1.5M"), size("50")] == [200_000, 20_000_000, 1_500_000, 50]
