"""`pip install .` carries the interface: the build hook compiles web/ with the Node of the wheel."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.architecture.tree import ROOT, kept_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from a copy of the repository that has no built interface."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    for path in kept_files():
        if path.relative_to(ROOT).parts[0] in {"src", "web", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE"}:
            target = source / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    assert not (source / "src/parcours/static").exists()
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    answer = subprocess.run([*command, "--wheel-dir", str(out), str(source)], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return zipfile.ZipFile(next(out.glob("parcours-*.whl")))


@pytest.mark.slow
def test_the_wheel_holds_the_interface_and_the_data(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "parcours/static/index.html" in names
    assert any(name.startswith("parcours/static/assets/") and name.endswith(".js") for name in names)
    assert "parcours/py.typed" in names
    assert any(name.startswith("parcours/demo_data/journeys/") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"parcours"}
    assert not [name for name in wheel.namelist() if "node_modules" in name or name.endswith((".pyc", ".map"))]


@pytest.mark.slow
def test_what_is_no_code_in_the_wheel_is_named(wheel: zipfile.ZipFile) -> None:
    """No data, no test, no secret travels by accident: a file that is not here is put here by hand, with its licence known."""
    named = ("parcours/static/", "parcours/demo_data/", "parcours/py.typed", "parcours/api/public_routes.txt", "parcours/store/migrations/")
    others = [name for name in wheel.namelist() if not name.endswith(".py") and ".dist-info/" not in name]
    assert [name for name in others if not name.startswith(named)] == []
    demo = {name.rsplit(".", 1)[-1] for name in others if name.startswith("parcours/demo_data/")}
    assert demo <= {"yaml", "parquet", "md"}
    assert [name for name in others if "CREDITS" in name]
    tests = [name for name in wheel.namelist() if "/test_" in name or name.endswith(("conftest.py", "_test.py"))]
    assert tests == []
    assert sum(entry.file_size for entry in wheel.infolist()) < 40_000_000


@pytest.mark.slow
def test_the_wheel_asks_for_the_locked_ranges(wheel: zipfile.ZipFile) -> None:
    metadata = next(wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    assert "Requires-Dist: sqlalchemy<2.2,>=2.1.9" in metadata
    assert "Provides-Extra: postgres" in metadata
    assert "License-Expression: Apache-2.0" in metadata
