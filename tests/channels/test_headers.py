"""SEC-04: whatever text meets a header, the mail that leaves has exactly the headers it should, and they read back as what was meant."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import collapse_rfc2231_value
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.channels.email.addresses import AddressRefused, recipient, sender
from parcours.channels.email.headers import FORBIDDEN, HeaderRefused
from parcours.channels.email.mime import Own, Shared, Skeleton, message_id

NAMES = [
    "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "From", "MIME-Version", "List-Id", "Feedback-ID",
    "Auto-Submitted", "Content-Language", "Content-Type",
]  # fmt: skip
ID = bytes(range(16))
UNSUBSCRIBE = "https://t.exemple.fr/u/" + "a" * 120

PIECES = [
    "\r\n", "\n", "\r", "\r\nBcc: x@evil.example\r\n", "\r\n\r\n<p>", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1e", "\x00",
    "\ud800", "=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=", " ", "  ", "\t", "\u2003", "é", "🎉", "ﷺ",
    '"', "\\", "<", ">", ",", ";", ":", "@", "(", ")", "--=_parcours_part_", "a" * 90, "x",
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join)
texts = hostile | st.text(max_size=200)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def shared(author: str = "Boutique <boutique@example.org>", **given: Any) -> Shared:
    values: dict[str, Any] = {"language": "fr", "topic": "offers", "stream": "marketing", "campaign": "win-back"} | given
    return Shared(sender(author), **values)


def written(subject: str = "Bonjour", name: str = "", text: str = "a", html: str = "<p>a</p>", author: Shared | None = None) -> bytes:
    own = Own(ID, recipient("zoe@example.org", name), subject, 1_700_000_000_000_000, UNSUBSCRIBE, text, html)
    return Skeleton(author or shared()).message(own)


def check_wire(raw: bytes) -> EmailMessage:
    """What every message must be, whatever went into it."""
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 or line.startswith((b"List-", b"Feedback-ID", b"Message-ID")) for line in head.split(b"\r\n"))
    mail = parsed(raw)
    assert [name for name, _ in mail.items()] == NAMES
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not mail.defects
    return mail


def display_name(raw: bytes) -> str:
    """The name in To, read as RFC 2047 says. (The parser behind `addresses` puts a space between adjacent encoded words.)"""
    phrase = str(message_from_bytes(raw, policy=compat32)["To"]).rpartition("<")[0].strip()
    return collapse_rfc2231_value(phrase) if phrase.startswith('"') else str(make_header(decode_header(phrase)))


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_subject_reads_back_or_is_refused(subject):
    try:
        raw = written(subject=subject)
    except HeaderRefused:
        assert FORBIDDEN.search(subject) or len(subject) > 500 or not subject.strip()
        return
    mail = check_wire(raw)
    assert mail["Subject"] == subject
    assert [address.addr_spec for address in mail["To"].addresses] == ["zoe@example.org"]


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_display_name_stays_a_name(name):
    raw = written(name=name)
    mail = check_wire(raw)
    [to] = mail["To"].addresses
    assert to.addr_spec == "zoe@example.org"
    shown = " ".join(name.split())
    assert display_name(raw) in {"", shown}
    assert display_name(raw) or not shown or FORBIDDEN.search(name) or len(shown) > 100


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_sender_is_one_mailbox_or_is_refused(text):
    try:
        author = shared(text)
    except (HeaderRefused, AddressRefused):
        return
    mail = check_wire(written(author=author))
    assert len(mail["From"].addresses) == 1


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_address_is_one_recipient_or_is_refused(text):
    try:
        to = recipient(text)
    except AddressRefused:
        return
    own = Own(ID, to, "x", 0, UNSUBSCRIBE, "a", "b")
    mail = check_wire(Skeleton(shared()).message(own))
    assert [address.addr_spec for address in mail["To"].addresses] == [to.address]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(texts, texts)
def test_topics_and_journeys_become_tokens(topic, campaign):
    check_wire(written(author=shared(topic=topic, campaign=campaign)))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text)), st.integers(1, 40))
def test_any_body_reads_back(text, times):
    text = text * times
    mail = check_wire(written(text=text, html=text))
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.decode() == text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    "address", ["https://t.exemple.fr/u/a b", "https://t/u/a\r\nBcc: x", "javascript:alert(1)", "https://t/" + "a" * 2000]
)
def test_an_unsubscribe_address_is_an_address(address):
    with pytest.raises(HeaderRefused):
        Skeleton(shared()).message(Own(ID, recipient("zoe@example.org"), "x", 0, address, "a", "b"))


def test_a_long_unsubscribe_address_is_never_encoded_or_folded():
    """The trap: the standard library writes =?utf-8?q?=3Chttps... for a URL longer than a line."""
    raw = written()
    assert f"\r\nList-Unsubscribe: <{UNSUBSCRIBE}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode() in raw


def test_long_shared_headers_are_never_encoded_or_folded():
    domain = ".".join(["a" * 60] * 3) + ".example.org"
    raw = written(author=shared(f"x@{domain}", topic="t" * 60))
    assert f"\r\nList-Id: <{'t' * 60}.{domain}>\r\n".encode() in raw


def test_domains_leave_in_ascii():
    author = shared("Boutique d'Été <boutique@exämple.fr>")
    mail = check_wire(written(author=author))
    assert mail["From"].addresses[0].addr_spec == "boutique@xn--exmple-cua.fr"
    assert mail["From"].addresses[0].display_name == "Boutique d'Été"
    assert mail["Message-ID"] == message_id(ID, "xn--exmple-cua.fr") == f"<{ID.hex()}@xn--exmple-cua.fr>"


def test_the_standard_headers():
    mail = check_wire(written())
    assert mail["Date"].datetime.timestamp() == 1_700_000_000
    assert mail["List-Id"] == "<offers.example.org>"
    assert mail["Feedback-ID"] == "win-back:offers:marketing:parcours"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("boutique@example.org", "", "boutique@example.org"),
        ("La Boutique <boutique@example.org>", "La Boutique", "boutique@example.org"),
        ('"Boutique, SARL" <boutique@Example.ORG>', "Boutique, SARL", "boutique@example.org"),
    ],
)
def test_senders_as_authors_write_them(text, name, address):
    author = sender(text)
    assert (author.name, author.address) == (name, address)


@pytest.mark.parametrize(
    "text", ["", "Boutique", "Boutique, SARL <b@example.org>", "a@example.org, b@example.org", "<a@example.org> b@example.org"]
)
def test_senders_that_are_not_one_mailbox_are_refused(text):
    with pytest.raises((AddressRefused, HeaderRefused)):
        sender(text)
