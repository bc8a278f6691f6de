"""Deciding about messages of which nobody knows whether they left."""

from dataclasses import replace

import pytest

from parcours.app.operations import Refusal
from parcours.app.resolve import resolve
from parcours.core.terms.events import Kind
from tests.app.sending import HOUR, MINUTE, NOW
from tests.app.test_deliver import server as server
from tests.app.test_deliver import smtp as smtp
from tests.app.test_deliver import workspace as workspace


def decide(workspace, message: bytes, verdict: str) -> dict[str, str]:
    done: dict[str, str] = resolve(workspace.services, lambda done, total: None, message.hex(), verdict, "zoe@shop.example.org")
    return done


@pytest.fixture
def unsure(workspace, smtp):
    """A message whose final dot was never answered; the next mails for this person go through."""
    zoe = workspace.contact(email="cut@example.org")
    message = workspace.plan(zoe)
    workspace.deliver()
    assert workspace.state(message)[0] == "uncertain"
    workspace.change(replace(workspace.load(zoe), attributes={"email": "zoe@example.org"}))
    workspace.clock.pass_time(HOUR)
    return message


def test_a_message_that_arrived_is_sent_since_it_left(workspace, unsure, smtp):
    assert decide(workspace, unsure, "arrived") == {"message": unsure.hex(), "state": "sent"}
    assert workspace.state(unsure) == ("sent", "")
    assert workspace.message(unsure).sent_at == NOW
    told = {event.name: event for event in workspace.arrivals()}
    assert set(told) == {"Email Decided", "Email Sent"}
    assert told["Email Decided"].properties["verdict"] == "arrived"
    assert told["Email Decided"].properties["by"] == "zoe@shop.example.org"
    assert {event.kind for event in told.values()} == {Kind.RECEIPT}
    workspace.deliver()
    assert len(smtp.ledger.seen) == 1, "nothing leaves again"


def test_a_message_sent_again_keeps_its_message_id(workspace, unsure, smtp):
    decide(workspace, unsure, "again")
    assert workspace.state(unsure) == ("planned", "again")
    workspace.deliver()
    assert workspace.state(unsure) == ("sent", "")
    assert [seen.message_id for seen in smtp.ledger.seen] == [f"<{unsure.hex()}@example.org>"] * 2
    assert [event.name for event in workspace.arrivals()] == ["Email Decided", "Email Sent"]


def test_a_decision_to_send_again_counts_after_the_deadline_once(workspace, unsure, smtp):
    workspace.clock.pass_time(100 * HOUR)
    decide(workspace, unsure, "again")
    person = workspace.message(unsure).contact
    known = workspace.store.read(1, lambda tx: tx.people.load([person]))[person]
    workspace.change(replace(known, attributes={"email": "content-451@example.org"}))
    workspace.deliver()
    assert workspace.state(unsure) == ("planned", "deferred: 451 Said after the dot")
    workspace.clock.pass_time(MINUTE)
    workspace.deliver()
    assert workspace.state(unsure)[0] == "failed"


def test_an_opt_out_binds_a_message_sent_again(workspace, unsure):
    decide(workspace, unsure, "again")
    person = workspace.message(unsure).contact
    known = workspace.store.read(1, lambda tx: tx.people.load([person]))[person]
    workspace.change(replace(known, consents={"email.offers": False}))
    workspace.deliver()
    assert workspace.state(unsure) == ("skipped", "opted_out")


@pytest.mark.parametrize("verdict", ["arrived", "again"])
def test_a_decision_is_taken_once(workspace, unsure, verdict):
    decide(workspace, unsure, verdict)
    with pytest.raises(Refusal, match="only uncertain messages are decided about"):
        decide(workspace, unsure, "again")


@pytest.mark.parametrize(
    ("message", "verdict", "sentence"),
    [
        ("00" * 16, "arrived", "no message with this id"),
        ("zz", "arrived", "32 hexadecimal digits"),
        ("00" * 16, "maybe", "arrived or again"),
    ],
)
def test_what_cannot_be_decided_says_why(workspace, message, verdict, sentence):
    with pytest.raises(Refusal, match=sentence):
        resolve(workspace.services, lambda done, total: None, message, verdict)
