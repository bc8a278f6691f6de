"""Delivering: what leaves, what does not, and what is left when the process ends in between."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from parcours.app.claims import LEASE
from parcours.app.deliver import recover
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.core.terms.events import Kind
from tests.app.sending import DOCUMENT, HOUR, MINUTE, NOW, URL, Crash, Crashing, fresh_workspace, html_of, part_of
from tests.channels.smtp_server import running


@pytest.fixture
def workspace(tmp_path):
    with fresh_workspace(tmp_path / "sending.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def server():
    with running() as started:
        yield started


@pytest.fixture
def smtp(workspace, server):
    """The workspace sends through a real server."""
    channel = SmtpChannel(smtp_settings(server.url(timeout=5, reply_timeout=0.3, connections=2)))
    workspace.channels["email"] = channel
    server.ledger.seen.clear()
    server.ledger.mail_from.clear()
    yield server
    channel.close()


def test_a_planned_message_reaches_the_mailbox_and_tells_of_it(workspace):
    zoe = workspace.contact()
    sent = workspace.plan(zoe)
    assert workspace.deliver() == 1
    assert workspace.state(sent) == ("sent", "")
    [mail] = workspace.mails()
    assert (mail.recipient, mail.subject, mail.contact, mail.at) == ("zoe@example.org", "Bonjour Zoé", zoe.id, NOW)
    [event] = workspace.arrivals()
    assert (event.name, event.kind, event.contact, event.call) == ("Email Sent", Kind.RECEIPT, zoe.id, "internal")
    assert event.properties == {
        "message": sent.hex(), "run": sent.hex(), "journey": "win-back", "step": "miss_you", "visit": 0,
        "template": "win-back", "topic": "offers", "channel": "email", "tracked": False,
    }  # fmt: skip
    assert workspace.woken
    assert workspace.deliver() == 0


def test_the_mail_carries_its_way_out_and_its_own_id(workspace):
    sent = workspace.plan(workspace.contact())
    workspace.deliver()
    raw = workspace.mails()[0].raw
    mail = message_from_bytes(raw, policy=default)
    assert mail["Message-ID"] == f"<{sent.hex()}@example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(rb"^List-Unsubscribe: <(https://shop\.example\.org/u/[\w-]{48})>\r\n", raw, re.MULTILINE)
    assert link is not None
    assert link[1].decode() in html_of(raw)
    assert link[1].decode() in part_of(raw, "plain")


def test_a_transactional_mail_has_no_unsubscribe_header_and_no_footer(workspace):
    workspace.plan(workspace.contact(), transactional=True)
    workspace.deliver()
    raw = workspace.mails()[0].raw
    assert b"List-Unsubscribe" not in raw
    assert b"/u/" not in html_of(raw).encode()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"consents": {"email.offers": False}}, "opted_out"),
        ({"consents": {"email.*": False}}, "opted_out"),
        ({"holds": ("suppressed:email",)}, "suppressed"),
        ({"holds": ("complaint",)}, "complaint"),
        ({"holds": ("frozen",)}, "frozen"),
        ({"email": None}, "no_address"),
        ({"email": "  "}, "no_address"),
    ],
)
def test_the_second_check_turns_planned_into_skipped(workspace, given, reason):
    kept = workspace.plan(workspace.contact(**given))
    workspace.deliver()
    assert workspace.state(kept) == ("skipped", reason)
    assert workspace.mails() == []
    assert [(event.name, event.properties["reason"]) for event in workspace.arrivals()] == [("Email Skipped", reason)]


@pytest.mark.parametrize("given", [{"consents": {"email.offers": False}}, {"holds": ("complaint",)}])
def test_an_opt_out_does_not_stop_what_is_not_marketing(workspace, given):
    sent = workspace.plan(workspace.contact(**given), transactional=True)
    workspace.deliver()
    assert workspace.state(sent) == ("sent", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": "not an address"}, "The address is not valid"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "The address is not valid"),
        ({"name": "Zoé\r\nBcc: b@example.org"}, "The subject holds a character"),
    ],
)
def test_what_cannot_be_written_fails_with_a_sentence(workspace, change, reason):
    failed = workspace.plan(workspace.contact(**change))
    workspace.deliver()
    state, why = workspace.state(failed)
    assert state == "failed"
    assert why.startswith(reason)
    assert workspace.arrivals()[0].name == "Email Failed"


def test_a_template_that_is_not_there_fails(workspace):
    failed = workspace.plan(workspace.contact(), template="gone")
    workspace.deliver()
    assert workspace.state(failed) == ("failed", "There is no template called gone.")


def test_one_bad_message_costs_the_others_nothing(workspace):
    bad = workspace.plan(workspace.contact(email="bad"), 1)
    good = [workspace.plan(workspace.contact(email=f"c{number}@example.org"), number) for number in range(2, 12)]
    workspace.deliver()
    assert workspace.state(bad)[0] == "failed"
    assert {workspace.state(one) for one in good} == {("sent", "")}


def test_a_message_planned_too_long_ago_is_skipped(workspace):
    late = workspace.plan(workspace.contact(), expires=NOW + HOUR)
    workspace.clock.pass_time(HOUR)
    workspace.deliver()
    assert workspace.state(late) == ("skipped", "expired")


def test_a_merged_contact_is_the_survivor(workspace):
    survivor = workspace.contact("Zoé", "kept@example.org", consents={"email.offers": False})
    merged = workspace.contact("Zo", "old@example.org")
    stopped, sent = workspace.plan(merged, 1), workspace.plan(merged, 2, topic="service")
    workspace.change(replace(workspace.load(merged), merged_into=survivor.id))
    workspace.deliver()
    assert workspace.state(stopped) == ("skipped", "opted_out")
    assert workspace.state(sent) == ("sent", "")
    assert [mail.recipient for mail in workspace.mails()] == ["kept@example.org"]
    assert {event.contact for event in workspace.arrivals()} == {survivor.id}


def test_languages_follow_the_contact_then_the_workspace(workspace):
    for number, attributes in enumerate(({"language": "en"}, {"language": None, "locale": "en-GB"}, {"language": "de"}), start=1):
        workspace.plan(workspace.contact(attributes=attributes), number)
    workspace.deliver()
    assert [mail.subject for mail in workspace.mails()] == ["Hello Zoé", "Hello Zoé", "Bonjour Zoé"]


def test_what_nobody_has_is_written_as_nothing_and_told(workspace):
    workspace.put(DOCUMENT | {"template": "blank", "subject": "Bonjour {{ contact.nickname }} !", "html": "<p>{{ event.order_id }}</p>"})
    workspace.plan(workspace.contact(), template="blank")
    workspace.deliver()
    assert workspace.mails()[0].subject == "Bonjour  !"
    assert workspace.arrivals()[0].properties["blanks"] == ["contact.nickname"]


def test_links_are_measured_only_for_those_who_agreed(workspace):
    plain = workspace.plan(workspace.contact(), 1)
    tracked = workspace.plan(workspace.contact(consents={"email.tracking_email": True}), 2)
    workspace.deliver()
    before, after = (html_of(mail.raw) for mail in workspace.mails())
    assert 'href="https://shop.example.org/nouveautes?a=1&amp;b=2"' in before
    assert "/c/" not in before
    assert "nouveautes" not in after
    assert len(re.findall(rf'href="{URL}/c/[\w-]{{48}}"', after)) == 1
    assert len(re.findall(rf'href="{URL}/u/[\w-]{{48}}"', after)) == 1
    assert {event.properties["message"]: event.properties["tracked"] for event in workspace.arrivals("Email Sent")} == {
        plain.hex(): False, tracked.hex(): True,
    }  # fmt: skip


# --- the mail server's word


def test_a_refused_address_bounces_and_is_never_written_to_again(workspace, smtp):
    zoe = workspace.contact(email="refuse-550-5.1.1@example.org")
    bounced = workspace.plan(zoe, 1)
    workspace.deliver()
    assert workspace.state(bounced) == ("bounced", "hard: 550 5.1.1 Said at RCPT")
    assert [event.name for event in workspace.arrivals()] == ["Email Bounced", "Address Suppressed"]
    assert workspace.load(zoe).holds == ("suppressed:email",)
    again = workspace.plan(zoe, 2, transactional=True)
    workspace.deliver()
    assert workspace.state(again) == ("skipped", "suppressed")


@pytest.mark.parametrize(
    ("recipient", "state", "suppressed"),
    [
        ("refuse-550-5.2.2@example.org", "bounced", False),
        ("refuse-550-5.7.1@example.org", "failed", False),
        ("refuse-552-5.3.4@example.org", "failed", False),
        ("refuse-550-5.2.1@example.org", "bounced", True),
        ("content-554@example.org", "bounced", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_suppressed(workspace, smtp, recipient, state, suppressed):
    zoe = workspace.contact(email=recipient)
    refused = workspace.plan(zoe)
    workspace.deliver()
    assert workspace.state(refused)[0] == state
    assert bool(workspace.load(zoe).holds) is suppressed


def test_a_deferred_message_is_tried_again_later_and_later_with_the_same_id_and_then_given_up(workspace, smtp):
    deferred = workspace.plan(workspace.contact(email="content-451@example.org"))
    waits = []
    for _ in range(60):
        workspace.deliver()
        message = workspace.message(deferred)
        if message.state != "planned":
            break
        assert (message.address, message.reason) == ("", "deferred: 451 Said after the dot")
        waits.append(message.next_at - workspace.clock.at)
        workspace.clock.pass_time(message.next_at - workspace.clock.at)
    assert waits[:5] == [5 * MINUTE, 15 * MINUTE, 45 * MINUTE, 135 * MINUTE, 240 * MINUTE]
    assert sum(waits) == 72 * HOUR
    assert workspace.state(deferred) == ("failed", "Given up after repeated tries: 451 Said after the dot")
    assert len(smtp.ledger.seen) == len(waits)
    assert {seen.message_id for seen in smtp.ledger.seen} == {f"<{deferred.hex()}@example.org>"}
    assert [event.name for event in workspace.arrivals()] == ["Email Failed"]


@pytest.mark.parametrize("recipient", ["cut@example.org", "silent@example.org"])
def test_no_reply_after_the_dot_holds_marketing(workspace, smtp, recipient):
    unsure = workspace.plan(workspace.contact(email=recipient))
    for _ in range(3):
        workspace.deliver()
        workspace.clock.pass_time(HOUR)
    state, reason = workspace.state(unsure)
    assert state == "uncertain"
    assert reason.startswith("No reply after the final dot")
    assert len(smtp.ledger.seen) == 1
    assert workspace.arrivals() == []


def test_no_reply_after_the_dot_repeats_what_is_transactional_under_the_same_id(workspace, smtp):
    unsure = workspace.plan(workspace.contact(email="cut@example.org"), transactional=True)
    for _ in range(3):
        workspace.deliver()
        workspace.clock.pass_time(HOUR)
    assert len(smtp.ledger.seen) == 3
    assert {seen.message_id for seen in smtp.ledger.seen} == {f"<{unsure.hex()}@example.org>"}
    workspace.clock.pass_time(72 * HOUR)
    workspace.deliver()
    assert workspace.state(unsure)[0] == "uncertain"


# --- the process ends in between


def test_a_crash_after_sending_leaves_marketing_uncertain_and_sends_nothing_twice(workspace, smtp):
    first, second = (workspace.plan(workspace.contact(email=f"c{number}@example.org"), number) for number in (1, 2))
    real = workspace.channels["email"]
    workspace.channels["email"] = Crashing(real)
    with pytest.raises(Crash):
        workspace.deliver()
    workspace.channels["email"] = real
    assert workspace.deliver() == 0, "the claim holds until its lease runs out"
    workspace.clock.pass_time(LEASE + 1)
    workspace.deliver()
    assert (workspace.state(first)[0], workspace.state(second)[0]) == ("uncertain", "sent")
    assert [seen.recipient for seen in smtp.ledger.seen] == ["c1@example.org", "c2@example.org"]


def test_a_crash_repeats_what_is_transactional_under_the_same_id(workspace, smtp):
    sent = workspace.plan(workspace.contact(), transactional=True)
    real = workspace.channels["email"]
    workspace.channels["email"] = Crashing(real)
    with pytest.raises(Crash):
        workspace.deliver()
    workspace.channels["email"] = real
    workspace.clock.pass_time(LEASE + 1)
    workspace.deliver()
    assert workspace.state(sent) == ("sent", "")
    assert [seen.message_id for seen in smtp.ledger.seen] == [f"<{sent.hex()}@example.org>"] * 2


def test_a_crash_before_anything_began_loses_nothing(workspace, smtp, monkeypatch):
    sent = workspace.plan(workspace.contact())
    with monkeypatch.context() as patch:
        patch.setattr("parcours.app.deliver._send", _crash)
        with pytest.raises(Crash):
            workspace.deliver()
    workspace.clock.pass_time(LEASE + 1)
    workspace.deliver()
    assert workspace.state(sent) == ("sent", "")
    assert len(smtp.ledger.seen) == 1


def _crash(*_):
    raise Crash


def test_the_mailbox_may_be_given_a_message_twice(workspace):
    sent = workspace.plan(workspace.contact())
    real = workspace.channels["email"]
    workspace.channels["email"] = Crashing(real)
    with pytest.raises(Crash):
        workspace.deliver()
    workspace.channels["email"] = real
    workspace.clock.pass_time(LEASE + 1)
    workspace.deliver()
    assert workspace.state(sent) == ("sent", "")
    assert len(workspace.mails()) == 1
    assert len(workspace.arrivals("Email Sent")) == 1


def test_a_process_that_owns_its_data_recovers_at_once(workspace, smtp):
    began = workspace.plan(workspace.contact(email="c1@example.org"), 1)
    order = workspace.plan(workspace.contact(email="c2@example.org"), 2, transactional=True)
    real = workspace.channels["email"]
    workspace.channels["email"] = Crashing(real)
    with pytest.raises(Crash):
        workspace.deliver()
    workspace.channels["email"] = real
    assert recover(workspace.services) == 2
    assert workspace.state(began)[0] == "uncertain"
    assert workspace.state(order)[0] == "planned"
    workspace.deliver()
    assert workspace.state(order) == ("sent", "")


# --- the second check, again
