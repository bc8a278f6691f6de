"""SEC-47: nothing we run on has a known hole that its version tells, a licence that would bind our users, or a file nobody named.

Where the data of `pip-audit` can be reached, run that too; these floors hold without any network.
"""

import re
from importlib.metadata import PackageNotFoundError, metadata
from typing import Final

import pytest

from tests.architecture.tree import ROOT

FLOORS: Final = {
    "argon2-cffi": "23.1",
    "certifi": "2024.7.4",  # CVE-2024-39689
    "cryptography": "43.0.1",  # CVE-2024-12797 and before
    "duckdb": "1.1.0",  # CVE-2024-22682
    "fastapi": "0.109.1",  # CVE-2021-32677, CVE-2024-24762
    "h11": "0.16.0",  # CVE-2025-43859
    "httptools": "0.6.0",
    "idna": "3.7",  # CVE-2024-3651
    "jinja2": "3.1.6",  # CVE-2025-27516 and before
    "lxml": "4.9.1",  # CVE-2022-2309
    "mako": "1.2.2",  # CVE-2022-40023
    "markdown-it-py": "2.2.0",  # CVE-2023-26303
    "msgspec": "0.18.5",
    "numpy": "1.22.2",  # CVE-2021-41495
    "psycopg": "3.1.9",
    "pyarrow": "14.0.1",  # CVE-2023-47248
    "pydantic": "2.4.0",  # CVE-2024-3772
    "pygments": "2.15.1",  # CVE-2022-40896
    "python-liquid": "2.0.0",
    "pyyaml": "5.4",  # CVE-2020-14343
    "requests": "2.32.4",  # CVE-2024-47081
    "setuptools": "78.1.1",  # CVE-2025-47273
    "sqlalchemy": "1.3.0",  # CVE-2019-7164, CVE-2019-7548
    "starlette": "1.3.1",  # CVE-2026-48710, CVE-2026-48817, CVE-2026-54283 and before
    "urllib3": "2.5.0",  # CVE-2025-50181
    "uvicorn": "0.11.7",  # CVE-2020-7694
    "werkzeug": "3.0.6",  # CVE-2024-49767
}
"""The first version without the holes that were published, of what is locked."""
NEVER: Final = {"python-multipart", "pyjwt", "bleach", "orjson", "pickle5", "aiohttp", "jinja2-sandbox", "markdown", "simplejson"}
"""Packages whose holes concern what we would use them for: who wants one back reads reference texts first and writes an ADR."""
BINDING: Final = re.compile(r"(?<!L)\b(A?GPL|GNU (Affero )?General Public)|SSPL|BUSL|Commons Clause|CC-BY-NC", re.IGNORECASE)
FREE: Final = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser|Unlicense|zlib|CC0", re.IGNORECASE)
SILENT: Final = {"pysqlite3": "zlib, says its LICENSE file"}
"""Packages whose metadata name no licence."""


def locked(name: str) -> dict[str, str]:
    """Name and version of each package of a lock; of several versions, for several Pythons, the lowest."""
    found: dict[str, str] = {}
    for package, version in re.findall(r"(?m)^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", (ROOT / "requirements" / name).read_text()):
        if package not in found or numbers(version) < numbers(found[package]):
            found[package] = version
    return found


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers to compare: 1.10.2 is over 1.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_no_locked_version_is_under_its_floor(lock: str) -> None:
    found = locked(lock)
    assert len(found) > 40
    assert {name: version for name, version in found.items() if name in FLOORS and numbers(version) < numbers(FLOORS[name])} == {}


def test_what_concerns_us_most_is_locked_and_has_a_floor() -> None:
    concern = {"starlette", "fastapi", "uvicorn", "h11", "pyarrow", "duckdb", "pydantic", "sqlalchemy", "python-liquid"}
    assert concern <= set(locked("run.lock"))
    assert concern <= set(FLOORS)


def test_versions_compare_as_numbers() -> None:
    assert numbers("1.10.2") > numbers("1.9") < numbers("1.9.1")


def test_nothing_comes_back_that_was_left_out_for_its_holes() -> None:
    assert NEVER & set(locked("run.lock")) == set()


def licence(name: str) -> str:
    """What an installed package says of its licence: expression, text's first line, classifiers."""
    said = metadata(name)
    texts = [str(said[name]).strip().split("\n")[0] for name in ("License-Expression", "License") if name in said]
    return " | ".join([*texts, *(one for one in said.get_all("Classifier") or [] if one.startswith("License"))])


def test_nothing_the_product_runs_on_binds_its_users() -> None:
    """No GPL or AGPL, nothing that forbids a use; LGPL is told, since it binds who changes that library itself."""
    wrong, lesser = {}, set()
    for name in locked("run.lock"):
        try:
            said = SILENT.get(name) or licence(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        if BINDING.search(said) or not FREE.search(said):
            wrong[name] = said
        if re.search(r"LGPL|Lesser", said):
            lesser.add(name)
    assert wrong == {}
    assert lesser == {"psycopg", "psycopg-binary", "psycopg-pool"}


def test_the_measure_of_licences() -> None:
    for text in ("GPL-3.0-only", "GNU General Public License v3", "AGPL-3.0", "GNU Affero General Public License", "SSPL-1.0"):
        assert BINDING.search(text), text
    for text in ("LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MIT", "Apache-2.0"):
        assert not BINDING.search(text), text


def test_every_locked_file_is_known_by_its_hash() -> None:
    for name in ("run.lock", "dev.lock"):
        blocks = re.split(r"(?m)^(?=[\w.-]+(?:\[[\w,]+\])?==)", (ROOT / "requirements" / name).read_text())
        assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
        assert re.search(r"(?m)^(-e|--index|--extra|--find|git\+|\S+ @ )", "".join(blocks)) is None
