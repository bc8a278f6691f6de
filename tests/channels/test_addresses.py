"""Addresses, against the open half of the is_email suite."""

import json
from pathlib import Path

import pytest

from parcours.channels.email.addresses import AddressRefused, recipient, wire_address

SUITE = json.loads((Path(__file__).parent.parent / "data/email_addresses/isemail_tests_open.json").read_text())
MAY_BE_SENT_TO = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"}


@pytest.mark.parametrize("case", SUITE, ids=lambda case: str(case["id"]))
def test_what_no_server_takes_is_refused(case):
    try:
        wire_address(case["address"])
    except AddressRefused:
        return
    assert case["category"] in MAY_BE_SENT_TO, case


def test_ordinary_addresses_are_taken():
    refused = []
    for case in SUITE:
        if case["category"] in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}:
            try:
                wire_address(case["address"])
            except AddressRefused:
                refused.append(case["address"])
    assert refused == ["test@io"], "a top-level domain is no place for a mailbox"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("Zoe@Exämple.FR", "Zoe@xn--exmple-cua.fr"),
        ("jean.dupont+promo@orange.fr", "jean.dupont+promo@orange.fr"),
        ("client-12345@example.org", "client-12345@example.org"),
    ],
)
def test_the_domain_goes_out_in_ascii_and_small_letters(text, wire):
    assert wire_address(text) == wire


@pytest.mark.parametrize(
    "text", ["zoé@example.org", "a@b.test", "root@localhost", '"a b"@example.org', "a@[1.2.3.4]", "a@example.org,b@example.org"]
)
def test_what_we_do_not_write_to(text):
    with pytest.raises(AddressRefused):
        wire_address(text)


def test_a_name_no_header_may_hold_is_left_out():
    assert recipient("zoe@example.org", "Zoé\r\nBcc: x@example.org").name == ""
    assert recipient("zoe@example.org", " Zoé\u2003 de  la Tour ").name == "Zoé de la Tour"
