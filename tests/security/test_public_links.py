"""SEC-08, SEC-09: signed links of messages cannot be forged, bent to another place, or set off by machines that open everything."""

import base64
import re
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.judge import WAIT, judge
from parcours.app.ports import END
from parcours.app.tokens import sign, verify
from tests.app.sending import URL, Workspace, fresh_workspace

SECRET = b"another secret of thirty-two byte"
STORED = "https://shop.example.org/nouveautes?a=1&b=2"

BENT = [
    "?url=https://evil.example", "?next=//evil.example", "/https://evil.example", "//evil.example", "%2f%2fevil.example",
    "?u=%0d%0aLocation:%20//e", "#@evil.example", ";https://evil.example", "%00", "%0d%0aSet-Cookie:a=b", "\\evil.example",
    "?to=javascript:alert(1)", "@evil.example", ".", "=", "==", " ", "%20", "+", "%2B", "A", "/", "//", "/..", "/../../etc/passwd",
]  # fmt: skip


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A workspace whose mails were sent, a client of its public door, and all paths that its mails hold."""
    with fresh_workspace(tmp_path_factory.mktemp("links") / "links.sqlite") as workspace:
        for number in range(1, 31):
            contact = workspace.contact(email=f"c{number}@example.org", consents={"email.tracking_email": number % 2 == 0})
            workspace.plan(contact, number)
        workspace.deliver()
        with TestClient(create_app(workspace.services), base_url=URL, follow_redirects=False) as client:
            yield workspace, client, sorted(_paths(workspace))


def _paths(workspace: Workspace) -> set[str]:
    found: set[str] = set()
    for mail in workspace.mails():
        message = message_from_bytes(mail.raw, policy=default)
        texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        found |= set(re.findall(rf"{URL}(/[cu]/[\w-]+)", "\n".join([*texts, message["List-Unsubscribe"]])))
    return found


def _state(workspace: Workspace) -> object:
    def unit(tx):
        people = tx.people.load(range(1, 40))
        return people, tx.messages.find(None, [], END, 1000)

    return workspace.store.read(1, unit), [event for event in workspace.arrivals() if event.name != "Email Clicked"]


def test_opening_every_link_of_every_mail_changes_nothing(sent):
    workspace, client, paths = sent
    assert len(paths) == 45
    before = _state(workspace)
    for path in paths:
        for method in ("HEAD", "GET", "GET", "OPTIONS"):
            client.request(method, path, headers={"Purpose": "prefetch"})
    workspace.clock.pass_time(WAIT)
    judge(workspace.services)
    assert _state(workspace) == before
    assert {event.properties["human"] for event in workspace.arrivals("Email Clicked")} == {False}


def test_a_redirect_only_ever_leads_to_the_stored_link(sent):
    _, client, paths = sent
    clicks = [path for path in paths if path.startswith("/c/")]
    for path in clicks[:3]:
        for bent in BENT:
            answer = client.get(path + bent)
            assert answer.status_code == 302 or not answer.is_redirect, (path, bent)
            assert answer.headers.get("location", STORED) == STORED, (path, bent)


@pytest.mark.parametrize("kind", ["/c/", "/u/"])
def test_every_flipped_bit_of_a_token_leads_nowhere(sent, kind):
    workspace, client, paths = sent
    before = _state(workspace)
    token = next(path for path in paths if path.startswith(kind))[3:]
    octets = base64.urlsafe_b64decode(token)
    for bit in range(len(octets) * 8):
        flipped = bytearray(octets)
        flipped[bit // 8] ^= 1 << bit % 8
        path = kind + base64.urlsafe_b64encode(flipped).decode()
        assert client.request("GET" if kind == "/c/" else "POST", path).status_code == 404
    assert _state(workspace) == before


def test_a_token_for_one_purpose_is_worth_nothing_for_the_other(sent):
    _, client, paths = sent
    for path in paths[:5]:
        other = ("/u/" if path.startswith("/c/") else "/c/") + path[3:]
        assert client.get(other).status_code == 404


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**31 - 1), st.sampled_from(["unsubscribe", "click"]))
def test_a_signed_token_reads_back(message_id, number, purpose):
    assert verify(SECRET, purpose, sign(SECRET, purpose, message_id, number)) == (message_id, number)
    assert verify(SECRET[::-1], purpose, sign(SECRET, purpose, message_id, number)) is None


@settings(max_examples=500)
@given(
    st.text(max_size=60)
    | st.text(alphabet="ABCDwxyz0189-_=", min_size=47, max_size=49)
    | st.binary(max_size=60).map(lambda b: b.decode("latin-1"))
)
def test_no_other_text_is_a_token(text):
    assert verify(SECRET, "click", text) is None


@given(st.text(alphabet="= \n\tA", min_size=1, max_size=4))
def test_a_token_has_one_spelling(more):
    token = sign(SECRET, "click", bytes(16), 3)
    assert [verify(SECRET, "click", text) for text in (token + more, more + token, token[:24] + more + token[24:])] == [None] * 3
