"""dev.py: what it says on machines that lack something, and that one failed stage fails the whole, after all have run."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.architecture.tree import ROOT


def test_an_older_python_can_read_it_and_say_what_is_missing() -> None:
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 8))


def test_it_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names


def test_an_unsupported_python_without_another_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(dev.Failed, match=r"(?s)3\.11 to 3\.14, and this is Python 3\.9\.2.*make demo PYTHON="):
        dev.supported_python("demo")


def test_an_unsupported_python_hands_over_to_a_supported_one(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "python3.12" else None)
    monkeypatch.setattr("os.execv", lambda path, _: started.append(path))
    with pytest.raises(dev.Failed):
        dev.supported_python("test")
    assert started == ["/usr/bin/python3.12"]


def test_a_browser_that_is_named_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCOURS_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(dev.Failed, match="/nowhere/chromium"):
        dev.system_browser()


def test_a_step_is_fresh_only_on_the_same_inputs(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "stamps/step"
    source.write_text("one")
    assert not dev.fresh(stamp, dev.digest(source))
    dev.mark(stamp, dev.digest(source))
    assert dev.fresh(stamp, dev.digest(source))
    source.write_text("two")
    assert not dev.fresh(stamp, dev.digest(source))


def test_every_stage_runs_and_one_failure_fails_all(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    say = [sys.executable, "-c"]
    planned = [("first", [*say, "print('ran first'); raise SystemExit(3)"], ROOT), ("last", [*say, "print('ran last')"], ROOT)]
    monkeypatch.setattr(dev, "stages", lambda *_: planned)
    monkeypatch.setattr(dev, "node_environment", lambda: dict(os.environ))
    with pytest.raises(dev.Failed, match=r"failed: first\."):
        dev.check_all(False, [])
    printed = capfd.readouterr().out
    assert "ran last" in printed
    assert re.search(r"FAILED\s+first +\d+\.\d s  exit code 3\nok +last +\d+\.\d s", printed)
    planned[0] = ("first", [*say, ""], ROOT)
    dev.check_all(False, [])


def test_an_unknown_command_is_refused() -> None:
    answer = subprocess.run([sys.executable, ROOT / "dev.py", "bake"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "usage" in answer.stderr


def test_every_command_has_its_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert targets is not None
    assert set(targets.group(1).split()) == set(dev.COMMANDS)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text()
    readme = (ROOT / "README.md").read_text()
    for command in ("make test", "python3 dev.py test"):
        assert f"exec {command}" in script
        assert command in readme
    assert os.access(ROOT / ".ci/run", os.X_OK)
