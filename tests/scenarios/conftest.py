"""Every YAML file of this folder is a test: its scenario is played by the reference and by the kernel."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.laws.case import Case, Outcome, by_reference
from tests.laws.kernel import by_kernel
from tests.scenarios.checking import differences
from tests.scenarios.reading import read_scenario

PLAYERS: dict[str, Callable[[Case], list[Outcome]]] = {"reference": by_reference, "kernel": by_kernel}


class Wrong(Exception):
    """A scenario whose promises were not kept."""


class ScenarioFile(pytest.File):
    """A file of `given`, `when` and `then`."""

    def collect(self) -> Iterator[pytest.Item]:
        """The scenario, once for each interpreter."""
        for player in PLAYERS:
            yield ScenarioItem.from_parent(self, name=player)


class ScenarioItem(pytest.Item):
    """A scenario played by one interpreter."""

    def runtest(self) -> None:
        """Play it, compare."""
        scenario = read_scenario(self.path.read_text(encoding="utf-8"))
        (outcome,) = PLAYERS[self.name](scenario.case())
        wrong = differences(scenario, outcome)
        if wrong:
            raise Wrong("\n".join(wrong))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The differences alone."""
        return str(excinfo.value) if isinstance(excinfo.value, Wrong) else str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file's name is the sentence."""
        return self.path, None, f"{self.path.stem} ({self.name})"


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> ScenarioFile | None:
    """YAML files here are scenarios."""
    return ScenarioFile.from_parent(parent, path=file_path) if file_path.suffix == ".yaml" else None
