"""One message that fails, or ends the process, costs the others nothing."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from parcours.app.claims import LEASE
from parcours.app.deliver import deliver, recover
from parcours.app.message_context import message_context
from parcours.app.ports import Delivery, NotDurable
from parcours.store import open_store
from tests.app.sending import HOUR, MINUTE, Crash, Crashing, Workspace, fresh_workspace
from tests.app.test_deliver import server as server
from tests.app.test_deliver import smtp as smtp
from tests.app.test_deliver import workspace as workspace

ROOT = Path(__file__).parent.parent.parent
POISON = (17).to_bytes(16, "big")
ASIDE = "Put aside: 5 attempts ended without an outcome."
CHILD = """
import os, sys
from pathlib import Path
from parcours.app.deliver import deliver, recover
from parcours.channels.email.render import EmailRenderer
from parcours.store import open_store
from tests.app.sending import Workspace
render = EmailRenderer.render
def deadly(self, message, template, context):
    if message.id == (17).to_bytes(16, "big"):
        os._exit(9)
    return render(self, message, template, context)
EmailRenderer.render = deadly
workspace = Workspace(open_store(Path(sys.argv[1])))
recover(workspace.services)
while workspace.deliver(50):
    pass
"""


def faulty(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Preparing the poison raises; preparing anything else does not."""

    def context(services, message, *rest):
        if message.id == POISON:
            raise error
        return message_context(services, message, *rest)

    monkeypatch.setattr("parcours.app.deliver.message_context", context)


def planned(workspace: Workspace, count: int, **given) -> list[bytes]:
    """Messages numbered from 1 for one person each; number 17 is the poison."""
    return [workspace.plan(workspace.contact(email=f"c{number}@example.org"), number, **given) for number in range(1, count + 1)]


def test_a_fault_while_one_message_is_prepared_delays_that_one_only(workspace, monkeypatch):
    messages = planned(workspace, 50)
    with monkeypatch.context() as patch:
        faulty(patch, KeyError("nobody thought of this"))
        workspace.deliver()
        assert {workspace.state(each) for each in messages if each != POISON} == {("sent", "")}
        assert workspace.state(POISON) == ("planned", "deferred: KeyError: 'nobody thought of this'")
        workspace.clock.pass_time(MINUTE)
        workspace.deliver()
        assert workspace.message(POISON).attempts == 2
    workspace.clock.pass_time(3 * MINUTE)
    workspace.deliver()
    assert workspace.state(POISON) == ("sent", "")


def test_a_fault_that_stays_is_given_up_at_the_deadline(workspace, monkeypatch):
    planned(workspace, 17)
    faulty(monkeypatch, KeyError("still"))
    for _ in range(60):
        workspace.deliver()
        workspace.clock.pass_time(4 * HOUR)
    assert workspace.state(POISON) == ("failed", "Given up after repeated tries: KeyError: 'still'")


@pytest.mark.kill
@pytest.mark.slow
def test_only_the_message_that_ends_the_process_is_put_aside(tmp_path):
    """Rendering it is the end of the process (a segmentation fault, no memory left), whatever else is in the batch."""
    path = tmp_path / "poison.sqlite"
    with fresh_workspace(path) as workspace:
        messages = planned(workspace, 50)
    codes = [subprocess.run([sys.executable, "-c", CHILD, str(path)], cwd=ROOT, check=False).returncode for _ in range(6)]
    assert codes == [9, 9, 9, 9, 9, 0]
    with closing(open_store(path)) as store:
        workspace = Workspace(store)
        assert workspace.state(POISON) == ("failed", ASIDE)
        assert {workspace.state(each) for each in messages if each != POISON} == {("sent", "")}
        assert len(workspace.mails()) == 49
        assert len(workspace.arrivals("Email Sent")) == 49


def test_a_process_killed_again_and_again_puts_no_innocent_aside(workspace, monkeypatch):
    """kill -9 while a batch is in hand, ten times: its messages were lost once, and then go one by one."""
    messages = planned(workspace, 20)
    with monkeypatch.context() as patch:
        patch.setattr("parcours.app.deliver._send", _crash)
        for _ in range(10):
            with pytest.raises(Crash):
                workspace.deliver()
            recover(workspace.services)
    while workspace.deliver():
        pass
    assert {workspace.state(each) for each in messages} == {("sent", "")}


def test_a_process_has_one_suspect_in_hand(workspace, monkeypatch):
    """Else an innocent suspect would share every end of the process with the guilty one."""
    planned(workspace, 3)
    with monkeypatch.context() as patch:
        patch.setattr("parcours.app.deliver._send", _crash)
        with pytest.raises(Crash):
            workspace.deliver()
    recover(workspace.services)
    services, beside = workspace.services, []

    def both(*args):
        beside.append(deliver(services))
        return message_context(*args)

    monkeypatch.setattr("parcours.app.deliver.message_context", both)
    assert deliver(services) == 1
    assert beside == [0]


def test_a_message_that_may_have_left_five_times_is_uncertain_and_not_failed(workspace, smtp):
    order = workspace.plan(workspace.contact(), transactional=True)
    workspace.channels["email"] = Crashing(workspace.channels["email"])
    for _ in range(5):
        with pytest.raises(Crash):
            workspace.deliver()
        workspace.clock.pass_time(LEASE + 1)
    workspace.deliver()
    assert workspace.state(order) == ("uncertain", ASIDE)
    assert len(smtp.ledger.seen) == 5
    assert {seen.message_id for seen in smtp.ledger.seen} == {f"<{order.hex()}@example.org>"}


class Failing:
    """A channel that begins two messages, ends one of them, and raises."""

    idempotent = False

    def deliver(self, batch, at, sending, /):
        sending.may_start(batch[0])
        raise RuntimeError("the channel broke")

    def close(self):
        """Nothing is open."""


def test_a_channel_that_fails_leaves_only_what_it_began_uncertain(workspace):
    messages = planned(workspace, 4)
    workspace.channels["email"] = Failing()
    workspace.deliver()
    broke = "RuntimeError: the channel broke"
    assert workspace.state(messages[0]) == ("uncertain", broke)
    assert {workspace.state(each) for each in messages[1:]} == {("planned", f"deferred: {broke}")}


def test_an_outcome_waits_for_a_database_that_is_away_for_a_moment(workspace, monkeypatch):
    sent = workspace.plan(workspace.contact())
    monkeypatch.setattr("parcours.app.settling.SECONDS_BETWEEN", 0.01)
    away = Away(workspace.store, 3)
    workspace.store = away
    workspace.deliver()
    assert away.left == 0
    assert workspace.state(sent) == ("sent", "")


class Away:
    """A store that cannot record outcomes for a few times."""

    def __init__(self, store, times):
        self.store, self.left = store, times

    def __getattr__(self, name):
        return getattr(self.store, name)

    def write(self, workspace, unit, /):
        if self.left and getattr(unit, "keywords", None):
            self.left -= 1
            raise NotDurable("The database is away.")
        return self.store.write(workspace, unit)


def test_nothing_leaves_while_sending_is_on_hold(workspace):
    waiting = planned(workspace, 3, transactional=True)
    workspace.store.write(1, lambda tx: tx.definitions.set_setting("sending", "hold"))
    assert workspace.deliver() == 0
    assert {workspace.state(each) for each in waiting} == {("planned", "")}
    workspace.store.write(1, lambda tx: tx.definitions.set_setting("sending", "on"))
    workspace.deliver()
    assert {workspace.state(each) for each in waiting} == {("sent", "")}


def test_a_hold_binds_what_was_claimed_before(workspace):
    waiting = planned(workspace, 3)

    class Holding(Failing):
        def deliver(self, batch, at, sending, /):
            workspace.store.write(1, lambda tx: tx.definitions.set_setting("sending", "hold"))
            for outgoing in batch:
                assert not sending.may_start(outgoing)
                sending.ended(Delivery(outgoing.message_id, "withdrawn", 0, ""))

    workspace.channels["email"] = Holding()
    workspace.deliver()
    assert {workspace.state(each) for each in waiting} == {("planned", "postponed: on_hold")}


def _crash(*_):
    raise Crash
