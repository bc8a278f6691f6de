"""F-05: an error of the disk ends the process with one clear sentence, nothing unsure was acknowledged, and a new start goes on."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from parcours.store import migrate, open_store
from tests.adapters.children import PREAMBLE
from tests.faults.storm import Storm
from tests.fixtures.network import wait_until

ONE_BY_ONE = """
import os
from parcours.app.ports import NotDurable
from parcours.testing.builders import contact

store = open_store(path, on_fault=lambda sentence: os.write(2, sentence.encode()))
for number in range(60):
    try:
        store.write(1, lambda tx: tx.people.create([contact()]))
    except NotDurable:
        os.write(1, b"refused ")
    else:
        os.write(1, b"kept ")
os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace lets the kernel answer with an error")
@pytest.mark.parametrize("when", ["7", "20", "5+"])
def test_after_a_failed_sync_of_the_database_nothing_is_acknowledged(tmp_path: Path, when: str) -> None:
    path = tmp_path / "parcours.sqlite"
    migrate(path)
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]
    traced += [part for call in ("fsync", "fdatasync") for part in ("-e", f"inject={call}:error=EIO:when={when}")]
    line = [*traced, sys.executable, "-c", PREAMBLE + ONE_BY_ONE, str(path)]
    answer = subprocess.run(line, capture_output=True, text=True, timeout=120)
    said = answer.stdout.split()
    kept = said.count("kept")
    assert said == ["kept"] * kept + ["refused"] * (60 - kept), answer.stderr
    assert 0 < kept < 60
    assert answer.stderr.count("The disk failed") == 1
    assert "Check the disk, then start Parcours again." in answer.stderr
    with closing(open_store(path)) as store:
        assert store.read(1, lambda tx: tx.people.count()) in {kept, kept + 1}, "the unit at the error is unknown, all before it are kept"


@pytest.mark.kill
@pytest.mark.slow
def test_a_failed_sync_of_the_history_ends_the_server_and_the_next_one_goes_on(tmp_path: Path) -> None:
    storm = Storm(tmp_path / "storm", 3)
    try:
        storm.open_shop()
        pid = storm.start("file.before_sync:1:eio")
        wait_until(lambda: storm.nursery("wait", pid=pid, seconds=0) is not None, 60, "stopping on a failed sync")
        assert storm.nursery("wait", pid=pid, seconds=0) == 70
        assert storm.log.read_text().count("so Parcours has stopped. Check the disk, then start it again.") == 1
        storm.died("eio")
        report = storm.calm()
        assert report.faults == []
        assert report.acked > 0
    finally:
        storm.close()
