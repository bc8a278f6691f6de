"""SMTP against a real server that stalls, refuses, defers and hangs up before and after the final dot."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes

import pytest

from parcours.app.ports import Delivery, Outgoing
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from tests.channels.smtp_server import make_certificate, running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module", params=[False, True], ids=["one by one", "pipelined"])
def server(request):
    with running(pipelining=request.param) as started:
        yield started


@pytest.fixture(scope="module")
def channel(server):
    opened = SmtpChannel(smtp_settings(server.url(timeout=5, reply_timeout=0.4, connections=2)))
    yield opened
    opened.close()


def outgoing(recipient: str, number: int = 1, body: str = "Bonjour\r\n", sender: str = "shop@example.org") -> Outgoing:
    identity = number.to_bytes(16, "big")
    raw = f"From: {sender}\r\nTo: {recipient}\r\nSubject: x\r\nMessage-ID: <{identity.hex()}@example.org>\r\n\r\n{body}"
    return Outgoing(identity, number, sender, recipient, "x", raw.encode())


def deliver(channel: SmtpChannel, *batch: Outgoing) -> dict[str, Delivery]:
    by_id = {mail.message_id: mail.recipient for mail in batch}
    return {by_id[delivery.message_id]: delivery for delivery in ends(channel, batch)}


@dataclass
class Listening:
    """Starts every message, or none, and keeps what became of each."""

    start: bool
    ends: list[Delivery] = field(default_factory=list)

    def may_start(self, outgoing: Outgoing, after: Delivery | None = None, /) -> bool:
        self.ends += [after] if after is not None else []
        return self.start

    def ended(self, delivery: Delivery, /) -> None:
        self.ends.append(delivery)


def ends(channel: SmtpChannel, batch: Sequence[Outgoing], *, start: bool = True) -> list[Delivery]:
    listening = Listening(start)
    channel.deliver(batch, 0, listening)
    return listening.ends


@pytest.mark.parametrize(
    ("recipient", "outcome", "code"),
    [
        ("zoe@example.org", "sent", 250),
        ("refuse-550-5.1.1@example.org", "refused", 550),
        ("refuse-450-4.2.1@example.org", "deferred", 450),
        ("refuse-421-4.7.0@example.org", "deferred", 421),
        ("content-554@example.org", "refused", 554),
        ("content-451@example.org", "deferred", 451),
        ("drop-data@example.org", "deferred", 0),
        ("cut@example.org", "uncertain", 0),
        ("silent@example.org", "uncertain", 0),
    ],
)
def test_each_way_a_server_may_answer(channel, recipient, outcome, code):
    answer = deliver(channel, outgoing(recipient))[recipient]
    assert (answer.outcome, answer.code) == (outcome, code), answer


def test_the_reply_is_shown_with_its_enhanced_code(channel):
    assert deliver(channel, outgoing("refuse-550-5.1.1@example.org"))["refuse-550-5.1.1@example.org"].detail == "5.1.1 Said at RCPT"


def test_a_line_lost_while_the_message_is_on_its_way_only_defers(channel, server):
    recipient = "drop-body@example.org"
    answer = deliver(channel, outgoing(recipient, body="x" * 70 * 400_000))[recipient]
    assert answer.outcome == "deferred"
    assert server.ledger.of(recipient) == []


def test_a_refused_sender_is_ours_to_mend(channel):
    answer = deliver(channel, outgoing("zoe@example.org", sender="refused-sender@example.org"))["zoe@example.org"]
    assert (answer.outcome, answer.code) == ("failed", 550)


def test_one_bad_recipient_costs_the_others_nothing(channel, server):
    batch = [outgoing(f"mix{number}@example.org", number) for number in range(2, 8)]
    batch[1:1] = [outgoing("refuse-550-5.1.1@example.org", 100), outgoing("drop-data@example.org", 101), outgoing("cut@example.org", 102)]
    answers = deliver(channel, *batch)
    assert {recipient: answer.outcome for recipient, answer in answers.items() if recipient.startswith("mix")} == {
        f"mix{number}@example.org": "sent" for number in range(2, 8)
    }
    assert all(len(server.ledger.of(f"mix{number}@example.org")) == 1 for number in range(2, 8))


def test_a_server_that_takes_data_after_a_refusal_gets_no_message(channel, server):
    answer = deliver(channel, outgoing("refuse-550-5.1.1@example.org", sender="lax@example.org"))["refuse-550-5.1.1@example.org"]
    assert (answer.outcome, answer.code) == ("refused", 550)
    assert server.ledger.of("nobody@example.org") == []
    assert deliver(channel, outgoing("after@example.org"))["after@example.org"].outcome == "sent"


def test_dots_and_lines_arrive_as_they_left(channel, server):
    mail = outgoing("dots@example.org", body=".\r\n..\r\n.x\r\nend.\r\n")
    deliver(channel, mail)
    assert server.ledger.of("dots@example.org")[0].raw == mail.raw


def test_nothing_begins_when_it_may_not_start(channel, server):
    before = len(server.ledger.mail_from)
    answers = ends(channel, [outgoing("never@example.org")], start=False)
    assert [answer.outcome for answer in answers] == ["withdrawn"]
    assert len(server.ledger.mail_from) == before


def test_connections_are_kept_and_shared(server):
    channel = SmtpChannel(smtp_settings(server.url(connections=2)))
    before = server.ledger.connections
    for number in range(5):
        deliver(channel, outgoing("kept@example.org", number), outgoing("kept2@example.org", number + 50))
    channel.close()
    assert 1 <= server.ledger.connections - before <= 2


def test_no_server_defers_the_whole_batch_at_once():
    with running() as gone:
        url = gone.url(timeout=1)
    channel = SmtpChannel(smtp_settings(url))
    began = time.monotonic()
    answers = ends(channel, [outgoing("a@example.org", number) for number in range(50)])
    channel.close()
    assert [answer.outcome for answer in answers] == ["deferred"] * 50
    assert "No connection to the mail server" in answers[0].detail
    assert time.monotonic() - began < 5


def test_starttls_and_login(certificate):
    with running(tls=certificate, login=("shop", "p@ss word")) as server:
        channel = SmtpChannel(smtp_settings(server.url(user="shop:p%40ss%20word", starttls=1, ca=certificate.certificate)))
        assert deliver(channel, outgoing("zoe@example.org"))["zoe@example.org"].outcome == "sent"
        channel.close()


def test_implicit_tls(certificate):
    with running(tls=certificate, implicit=True) as server:
        channel = SmtpChannel(smtp_settings(server.url("smtps", ca=certificate.certificate)))
        assert deliver(channel, outgoing("zoe@example.org"))["zoe@example.org"].outcome == "sent"
        channel.close()


def test_a_wrong_password_keeps_messages_waiting(certificate):
    with running(tls=certificate, login=("shop", "right")) as server:
        channel = SmtpChannel(smtp_settings(server.url(user="shop:wrong", starttls=1, ca=certificate.certificate)))
        answer = deliver(channel, outgoing("zoe@example.org"))["zoe@example.org"]
        channel.close()
    assert answer.outcome == "deferred"
    assert "535" in answer.detail
    assert server.ledger.mail_from == []


def test_a_certificate_nobody_vouches_for_is_refused(certificate):
    with running(tls=certificate) as server:
        channel = SmtpChannel(smtp_settings(server.url(starttls=1)))
        answer = deliver(channel, outgoing("zoe@example.org"))["zoe@example.org"]
        channel.close()
    assert answer.outcome == "deferred"
    assert "certificate" in answer.detail.lower()


def test_a_server_without_starttls_gets_nothing_when_it_is_asked_for(server):
    channel = SmtpChannel(smtp_settings(server.url(starttls=1)))
    answer = deliver(channel, outgoing("zoe@example.org"))["zoe@example.org"]
    channel.close()
    assert answer.outcome == "deferred"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://mail.example.org", "is not understood"),
        ("smtp://", "is not understood"),
        ("smtp://mail.example.org/path", "is not understood"),
        ("smtp://u:p@mail.example.org?starttls=0", "in the clear"),
        ("smtp://mail.example.org?verify=0", "option verify is not known"),
        ("smtp://mail.example.org?connections=0", "from 1 to 64"),
        ("smtp://mail.example.org?timeout=soon", "must be a number"),
    ],
)
def test_urls_that_are_refused(url, sentence):
    with pytest.raises(ValueError, match=sentence):
        smtp_settings(url)


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mail.example.org", "starttls", 587),
        ("smtp://localhost:2525", "plain", 2525),
        ("smtp://mail.example.org?starttls=0", "plain", 25),
        ("smtps://mail.example.org", "tls", 465),
    ],
)
def test_encryption_is_the_default_beyond_this_machine(url, security, port):
    settings = smtp_settings(url)
    assert (settings.security, settings.port, settings.reply_timeout) == (security, port, 600)


def test_the_message_id_is_the_same_at_every_attempt(channel, server):
    mail = outgoing("content-451@example.org", 77)
    for _ in range(3):
        deliver(channel, mail)
    seen = {entry.message_id for entry in server.ledger.of("content-451@example.org") if re.search("4d@", entry.message_id)}
    assert seen == {message_from_bytes(mail.raw)["Message-ID"]}
