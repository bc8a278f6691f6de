"""F-24: a backup made under load, restored elsewhere, has what was acknowledged before; nothing leaves before the release, none twice."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.ledger import lines, now
from tests.faults.storm import Storm
from tests.fixtures.network import wait_until

pytestmark = [pytest.mark.kill, pytest.mark.slow]


def mails(storm: Storm) -> list[str]:
    """Message-IDs in the order in which the mail server took them."""
    return [line["message_id"] for line in lines(storm.sink_ledger) if line["what"] == "dot"]


def orders(storm: Storm) -> int:
    return sum(line["what"] == "acked" for line in lines(storm.shop_ledger))


def lost_and_restored(storm: Storm) -> int:
    """A shop under load whose disk is lost after a backup; answers when the backup was made."""
    backup, pid = storm.folder / "backup", storm.start()
    assert storm.ready(pid)
    storm.open_shop()
    wait_until(lambda: orders(storm) > 30 and len(mails(storm)) > 20, 60, "some orders")
    storm.operate()
    assert storm.command("backup", str(backup)) == 0, storm.log.read_text()[-2000:]
    known = orders(storm)
    wait_until(lambda: orders(storm) > known + 5, 60, "orders after the backup")
    storm.nursery("kill", pid=pid)
    storm.end_shop()
    storm.data = storm.folder / "restored"
    assert storm.command("restore", str(backup)) == 0, storm.log.read_text()[-2000:]
    made_at: int = json.loads((backup / "backup.json").read_text())["made_at"]
    return made_at


def test_a_backup_under_load_brings_back_what_was_acknowledged_and_repeats_no_mail(tmp_path: Path) -> None:
    storm = Storm(tmp_path / "storm", 5)
    try:
        made_at = lost_and_restored(storm)
        before = storm.folder / "before.jsonl"
        kept = [line for line in lines(storm.shop_ledger) if line["what"] == "tried" or line["at"] < made_at]
        before.write_text("".join(json.dumps(line) + "\n" for line in kept))
        ledgers = ("--client-ledger", str(before), "--client-ledger", str(storm.operator_ledger))
        assert sum(line["what"] == "acked" for line in kept) > 20
        assert storm.command("check", *ledgers) == 0, storm.log.read_text()[-2000:]

        taken = mails(storm)
        pid = storm.start()
        assert storm.ready(pid)
        storm.open_shop()
        known = orders(storm)
        wait_until(lambda: orders(storm) > known + 10, 60, "orders on hold")
        time.sleep(1)
        assert mails(storm) == taken, "something left before the release"

        assert storm.command("release", "--ask") == 0, storm.log.read_text()[-2000:]
        released, known = now(), orders(storm)
        wait_until(lambda: len(mails(storm)) > len(taken) + 10, 60, "mails after the release")
        wait_until(lambda: orders(storm) > known + 3, 60, "orders after the release")
        storm.close_shop()
        wait_until(storm.quiet, 120, "doing all that was due")
        storm.nursery("kill", pid=pid, number=15)
        assert [identity for identity, times in Counter(mails(storm)).items() if times > 1] == []
        acked = {line["order_id"] for line in lines(storm.shop_ledger) if line["what"] == "acked" and line["at"] > released}
        receipts = {
            line["subject"].split()[1] for line in lines(storm.sink_ledger) if line["what"] == "dot" and "receipt" in line["subject"]
        }
        assert acked
        assert acked <= receipts
    finally:
        storm.close()
