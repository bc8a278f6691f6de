"""What may not be in the repository: index addresses, machine paths, rooms without a name; and locks that match their sources."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, kept_files

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = ["py" + "pi.org", "pythonhosted" + ".org", "registry.np" + "mjs.org", "registry.yarn" + "pkg.com", "npm.jsr" + ".io"]
OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:" + "work|root" + r")/\w")
ROOMS_WITHOUT_A_NAME = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared", "lib"}
NOT_OURS = ("tests/data/", "examples/data/", "src/parcours/demo_data/", "tests/clients/captures/")


def addresses(path: Path) -> list[str]:
    """Index addresses, index options and machine paths in one text file."""
    content = path.read_bytes()
    if b"\0" in content:
        return []
    text = content.decode(errors="replace")
    options = [option for option in OPTIONS if path.suffix in {".in", ".lock", ".txt"} and option in text]
    return [host for host in HOSTS if host in text] + options + MACHINE_PATH.findall(text)


def nameless(path: Path) -> list[str]:
    """Parts of a source path that say nothing about what is inside."""
    return [part for part in (*path.parts[:-1], path.stem) if part.lower() in ROOMS_WITHOUT_A_NAME]


def requirement_names(text: str) -> set[str]:
    """Names of the packages of a requirements file, normalised."""
    lines = [line.strip() for line in text.splitlines()]
    return {re.split(r"[\s\[=<>~!;]", line)[0].lower().replace("_", "-") for line in lines if line and line[0] not in "#-"}


def requirement_lines(name: str) -> set[str]:
    """The requirements of a .in file, without comments and references."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and line[0] not in "#-"}


def test_no_address_of_an_index_and_no_path_of_a_machine() -> None:
    kept = [path for path in kept_files() if not str(path.relative_to(ROOT)).startswith(NOT_OURS)]
    assert {str(path.relative_to(ROOT)): found for path in kept if (found := addresses(path))} == {}


@pytest.mark.parametrize("text", [f"see {HOSTS[0]}/simple", OPTIONS[0] + " x", "cd /" + "work/main", "open('/" + "root/x')"])
def test_a_planted_address_is_found(tmp_path: Path, text: str) -> None:
    planted = tmp_path / "planted.txt"
    planted.write_text(text)
    assert addresses(planted)


@pytest.mark.parametrize("text", ["work/main", "https://example.org/root/x", "/workers/", "/rooting"])
def test_other_paths_are_left_alone(tmp_path: Path, text: str) -> None:
    innocent = tmp_path / "innocent.txt"
    innocent.write_text(text)
    assert addresses(innocent) == []


def test_every_room_says_what_is_inside() -> None:
    kept = [path.relative_to(ROOT) for path in kept_files() if path.suffix in {".py", ".ts", ".tsx"}]
    assert [str(path) for path in kept if nameless(path)] == []


@pytest.mark.parametrize("name", ["src/parcours/utils.py", "src/parcours/app/helpers/dates.py", "web/src/common/Button.tsx"])
def test_a_nameless_room_is_found(name: str) -> None:
    assert nameless(Path(name))


def test_the_package_asks_for_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)}
    assert asked == requirement_lines("run.in")


@pytest.mark.parametrize(("source", "lock"), [("run.in", "run.lock"), ("run.in", "dev.lock"), ("dev.in", "dev.lock")])
def test_the_locks_hold_every_requirement_with_its_hash(source: str, lock: str) -> None:
    locked = (ROOT / "requirements" / lock).read_text()
    pinned = requirement_names("\n".join(line for line in locked.splitlines() if "==" in line))
    asked = {re.split(r"[\[=<>~!; ]", line)[0].lower().replace("_", "-").replace(".", "-") for line in requirement_lines(source)}
    assert asked <= {name.replace(".", "-") for name in pinned}
    assert locked.count("==") <= locked.count("--hash=sha256:")
    assert "://" not in locked


def test_both_locks_agree() -> None:
    run, dev = (dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "requirements" / name).read_text())) for name in ("run.lock", "dev.lock"))
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}
