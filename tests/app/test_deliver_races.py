"""Delivering while something else happens: an opt-out after the check, a process that stood still, a worker that wakes up too late."""

import sys
from dataclasses import replace

from parcours.app.claims import LEASE
from parcours.app.ports import Delivery
from tests.app.sending import Hands
from tests.app.test_deliver import server as server
from tests.app.test_deliver import smtp as smtp
from tests.app.test_deliver import workspace as workspace


class Between:
    """A channel that lets something happen between the check and the first byte."""

    def __init__(self, inner, happens):
        self.inner, self.happens, self.idempotent = inner, happens, inner.idempotent

    def deliver(self, batch, at, sending, /):
        self.happens()
        self.inner.deliver(batch, at, sending)


def test_an_opt_out_after_the_check_still_binds(workspace, smtp):
    zoe = workspace.contact()
    stopped = workspace.plan(zoe)
    opt_out = replace(zoe, consents={"email.offers": False})
    workspace.channels["email"] = Between(workspace.channels["email"], lambda: workspace.change(opt_out))
    workspace.deliver()
    assert workspace.state(stopped) == ("skipped", "opted_out")
    assert smtp.ledger.mail_from == []


class Frozen(Hands):
    """A process that stands still between recording that a message begins and sending it."""

    freeze = False

    def real(self) -> int:
        if self.freeze and sys._getframe(1).f_code.co_name == "may_start":
            self.wall += LEASE
        return self.wall


def test_a_process_that_stood_still_does_not_start(workspace, smtp):
    waiting = workspace.plan(workspace.contact())
    workspace.clock = Frozen()
    workspace.clock.freeze = True
    workspace.deliver()
    assert smtp.ledger.mail_from == []
    assert workspace.state(waiting) == ("planned", "postponed: claim_lost")
    workspace.clock.freeze = False
    workspace.deliver()
    assert workspace.state(waiting) == ("sent", "")


def test_a_worker_that_wakes_up_too_late_changes_nothing(workspace):
    """The claim ran out, another worker took the message: the outcome of the first is not recorded."""
    sent = workspace.plan(workspace.contact())
    real = workspace.channels["email"]

    def another():
        workspace.clock.pass_time(LEASE + 1)
        workspace.channels["email"] = real
        assert workspace.deliver() == 1

    workspace.channels["email"] = Between(real, another)
    workspace.deliver()
    assert workspace.state(sent) == ("sent", "")
    assert len(workspace.mails()) == 1
    assert len(workspace.arrivals()) == 1


class OneByOne:
    """A channel that looks, when a message has begun, what is known of the one before it."""

    idempotent = False

    def __init__(self, workspace):
        self.workspace, self.seen = workspace, []

    def deliver(self, batch, at, sending, /):
        last: Delivery | None = None
        for outgoing in batch:
            assert sending.may_start(outgoing, last)
            before = None if last is None else self.workspace.state(last.message_id)[0]
            self.seen.append((before, self.workspace.message(outgoing.message_id).address))
            last = Delivery(outgoing.message_id, "sent", 250, "OK")
        sending.ended(last)

    def close(self):
        """Nothing is open."""


def test_a_message_begins_only_when_the_outcome_of_the_last_one_is_recorded(workspace, monkeypatch):
    """Also when what records outcomes by itself is far behind."""
    monkeypatch.setattr("parcours.app.settling.Settler.add", lambda settler, *settled: None)
    for number in range(1, 4):
        workspace.plan(workspace.contact(email=f"c{number}@example.org"), number)
    workspace.channels["email"] = channel = OneByOne(workspace)
    workspace.deliver()
    assert channel.seen == [(None, "c1@example.org"), ("sent", "c2@example.org"), ("sent", "c3@example.org")]
