"""Named points: the pass that is told takes effect, and no other."""

import errno
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from parcours.failpoints import KILLED, arm, reach, reach_commit


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm("")


def passes(name: str, times: int) -> list[int]:
    """The errors of so many passes, 0 for none."""
    met = []
    for _ in range(times):
        try:
            reach(name)
            met.append(0)
        except OSError as error:
            met.append(error.errno or -1)
    return met


def test_nothing_is_armed_by_itself() -> None:
    assert passes("file.before_sync", 3) == [0, 0, 0]


def test_the_pass_that_was_named_raises_its_error_and_the_next_one_does_not() -> None:
    arm("file.before_sync:2:eio,other:1:enospc")
    assert passes("file.before_sync", 4) == [0, errno.EIO, 0, 0]
    assert passes("other", 1) == [errno.ENOSPC]


def test_a_plus_means_from_then_on() -> None:
    arm("file.before_sync:2+:enospc")
    assert passes("file.before_sync", 4) == [0, errno.ENOSPC, errno.ENOSPC, errno.ENOSPC]


def test_a_commit_passes_the_point_of_each_file_whose_units_are_in_it() -> None:
    def unit() -> None: ...

    arm("test_failpoints.after_commit:1:eio")
    reach_commit([partial(unit)], "before_commit")
    with pytest.raises(OSError, match=r"test_failpoints\.after_commit"):
        reach_commit([partial(unit)], "after_commit")


@pytest.mark.parametrize("text", ["point:soon", "point:1:boom"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PARCOURS_FAIL is name:n"):
        arm(text)


def test_a_kill_leaves_no_time_for_anything() -> None:
    program = "from parcours.failpoints import arm, reach\narm('here:1')\ntry:\n    reach('here')\nfinally:\n    print('cleaned up')"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (answer.returncode, answer.stdout) == (KILLED, "")
