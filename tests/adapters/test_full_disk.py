"""F-04, a disk that is really full: what is acknowledged is kept, opt-outs are kept from the reserve, all goes on when there is room."""

import json
import shutil
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from parcours.app.ports.store import NotDurable
from parcours.store import migrate, open_store
from parcours.testing.builders import arrival, contact
from tests.adapters.children import PREAMBLE

FILLED = """
import json, shutil, time
from parcours.app.ports.store import NotDurable
from parcours.testing.builders import arrival, contact

blank = Path(sys.argv[2])
shutil.copy(blank, path)
store = open_store(path, reserve=4 << 20)
ballast = path.with_name("ballast")

def events():
    store.write(1, lambda tx: tx.inbox.append([arrival(properties={"padding": "x" * 20_000})]))

def kept(unit):
    try:
        unit()
    except NotDurable:
        return False
    return True

def opt_out():
    store.write_anyway(1, lambda tx: tx.people.create([contact()]))

before = sum(kept(events) for _ in range(5))
with ballast.open("wb") as file:
    try:
        while True:
            file.write(b"x" * 65536)
            file.flush()
    except OSError:
        pass
on_full = sum(kept(events) for _ in range(50))
opt_outs = sum(kept(opt_out) for _ in range(300))
still = sum(kept(events) for _ in range(50))
ballast.unlink()
start = time.monotonic()
while not kept(events):
    assert time.monotonic() - start < 10, "writing does not go on"
    time.sleep(0.1)
reserve = path.with_suffix(".reserve").stat().st_size
found = store.read(1, lambda tx: (tx.people.count(), len(tx.inbox.unrouted(1000))))
print(json.dumps([before, on_full, opt_outs, still, reserve, *found, store.fault()]))
"""


def in_a_small_room(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program whose first argument is a database on a disk of 24 MiB, which only it sees."""
    folder.mkdir()
    line = [sys.executable, "-c", PREAMBLE + textwrap.dedent(program), str(folder / "parcours.sqlite"), *arguments]
    mounted = ["sh", "-c", 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"', str(folder), *line]
    answer = subprocess.run(["unshare", "-Urm", *mounted], capture_output=True, text=True, timeout=120)
    if "unshare" in answer.stderr or "mount:" in answer.stderr:
        pytest.skip(f"no disk of its own can be had here: {answer.stderr.strip()[:200]}")
    return answer


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare gives a process a disk of its own")
def test_on_a_full_disk_opt_outs_are_kept_and_the_rest_is_refused(tmp_path: Path) -> None:
    migrate(tmp_path / "blank.sqlite")
    answer = in_a_small_room(tmp_path / "room", FILLED, str(tmp_path / "blank.sqlite"))
    assert answer.returncode == 0, answer.stderr
    before, on_full, opt_outs, still, reserve, people, events, fault = json.loads(answer.stdout)
    assert before == 5
    assert on_full < 50, "the disk was not full"
    assert (opt_outs, still) == (300, 0), "opt-outs are kept, and nothing else takes their room"
    assert (people, events) == (300, before + on_full + 1), "acknowledged is kept, refused is not"
    assert (reserve, fault) == (4 << 20, None)


def test_the_reserve_gives_its_room_only_when_the_disk_is_full(tmp_path: Path) -> None:
    migrate(tmp_path / "parcours.sqlite")
    with closing(open_store(tmp_path / "parcours.sqlite", reserve=1 << 20)) as store:
        assert (tmp_path / "parcours.reserve").stat().st_size == 1 << 20
        store.write_anyway(1, lambda tx: tx.people.create([contact()]))
        assert (tmp_path / "parcours.reserve").exists()
        with closing(open_store(tmp_path / "parcours.sqlite", writable=False)) as reading, pytest.raises(NotDurable):
            reading.write_anyway(1, lambda tx: tx.inbox.append([arrival()]))
    assert (tmp_path / "parcours.reserve").exists(), "who only reads gives nothing away"
