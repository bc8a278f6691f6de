"""Files, functions, components and ports keep their budgets; the medians stay those of code that is easy to read."""

from collections.abc import Callable
from pathlib import Path

from tests.architecture.sizes import (
    long_components,
    long_files,
    long_functions,
    medians,
    wide_ports,
)
from tests.architecture.tree import ROOT, SOURCE, kept_files, python_files

KEPT = [path for path in kept_files() if "generated" not in path.parts and ROOT / "web/src/api" not in path.parents]
PYTHON = [path for path in KEPT if path.suffix == ".py"]
WEB = [path for path in KEPT if path.suffix in {".ts", ".tsx", ".css", ".mjs"}]


def test_no_file_is_over_its_budget() -> None:
    assert long_files(PYTHON + WEB, ROOT) == []


def test_no_function_is_over_its_budget() -> None:
    assert long_functions(PYTHON, ROOT) == []


def test_no_component_is_over_its_budget() -> None:
    assert long_components([path for path in WEB if path.suffix == ".tsx"], ROOT) == []


def test_no_port_is_too_wide() -> None:
    assert wide_ports(python_files(SOURCE / "app/ports"), ROOT) == []


def test_the_median_file_and_function_are_short(record_testsuite_property: Callable[[str, object], None]) -> None:
    file_lines, function_lines = medians()
    record_testsuite_property("median lines of a file", file_lines)
    record_testsuite_property("median lines of a function", function_lines)
    assert file_lines <= 100
    assert function_lines <= 10


def test_planted_faults_are_found(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 401)
    (tmp_path / "function.py").write_text("def f() -> None:\n" + "    x = 1\n" * 60)
    (tmp_path / "Page.tsx").write_text("export function Page() {\n" + "  const x = 1;\n" * 149 + "}\n")
    methods = "".join(f"    def m{number}(self) -> None: ...\n" for number in range(9))
    (tmp_path / "port.py").write_text(f"class Wide(Protocol):\n{methods}")
    assert len(long_files([tmp_path / "long.py"], tmp_path)) == 1
    assert len(long_functions([tmp_path / "function.py"], tmp_path)) == 1
    assert len(long_components([tmp_path / "Page.tsx"], tmp_path)) == 1
    assert len(wide_ports([tmp_path / "port.py"], tmp_path)) == 1


def test_what_just_fits_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 400)
    (tmp_path / "function.py").write_text("def f() -> None:\n" + "    x = 1\n" * 59)
    (tmp_path / "Page.tsx").write_text("export function Page() {\n" + "  const x = 1;\n" * 148 + "}\n\nfunction Other() {\n}\n")
    assert long_files([tmp_path / "long.py"], tmp_path) == []
    assert long_functions([tmp_path / "function.py"], tmp_path) == []
    assert long_components([tmp_path / "Page.tsx"], tmp_path) == []
