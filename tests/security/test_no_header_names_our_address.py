"""SEC-30: links and cookies are built on the public address of the settings, whatever a request says that we are called."""

import re
from itertools import product
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.initialize import Made
from parcours.app.services import Services
from tests.api.conftest import OWNER, PASSWORD, Visitor
from tests.app.sending import URL, fresh_workspace

EVIL = "evil.example"
NAMES = [
    "X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-Host", "X-HTTP-Host-Override", "Forwarded", "X-Forwarded-Proto",
    "X-Forwarded-Port", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "Origin", "Referer", "Via", "True-Client-IP",
]  # fmt: skip
MIXES = [
    {name: value.format(evil=EVIL)}
    for name, value in product(NAMES, ("{evil}", "https://{evil}", "for=1.2.3.4;host={evil};proto=https", "{evil}, shop.example.org"))
]
HOSTS = [
    EVIL, f"{EVIL}:443", f"shop.example.org@{EVIL}", f"shop.example.org.{EVIL}", f"{EVIL}#shop.example.org", f"{EVIL}/shop.example.org",
    "[::1", "", " ", "a b",
]  # fmt: skip


def test_links_in_mails_begin_with_the_public_address(tmp_path: Path) -> None:
    assert len(MIXES) > 50
    with fresh_workspace(tmp_path / "mail.sqlite") as workspace:
        contact = workspace.contact()
        with TestClient(create_app(workspace.services), base_url=URL) as client:
            for mix in MIXES:
                client.get("/api/session", headers=mix)
                client.post("/v1/track", json={"userId": "u", "event": "A"}, headers=mix)
            for host in HOSTS:
                assert client.get("/api/session", headers={"Host": host}).status_code == 421, host
            workspace.plan(contact, 1)
            workspace.deliver()
            [mail] = workspace.mails()
            links = re.findall(r"https?://[^\s\"<>)]+/[uc]/[\w-]+", mail.raw.decode())
            assert links
            assert {link.rsplit("/", 2)[0] for link in links} == {URL}
            assert EVIL not in mail.raw.decode()
            paths = {link.removeprefix(URL) for link in links}
            for mix, path in product(MIXES, paths):
                answer = client.get(path, headers=mix, follow_redirects=False)
                assert EVIL not in answer.text + answer.headers.get("location", "") + answer.headers.get("set-cookie", ""), (mix, path)


@pytest.mark.parametrize("mix", MIXES[:: len(MIXES) // 12], ids=str)
def test_no_answer_of_the_interface_repeats_it(services: Services, visitor: Visitor, mix: dict[str, str]) -> None:
    client = visitor(services)
    client.headers["X-CSRF-Token"] = client.post("/api/session", json={"email": OWNER, "password": PASSWORD}).json()["csrf"]
    for path in ("/", "/api/session", "/api/keys", "/api/overview", "/nowhere", "/api/nowhere", "/u/x", "/c/x", "/healthz"):
        answer = client.get(path, headers=mix, follow_redirects=False)
        said = answer.text + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        assert EVIL not in said, path
        assert not answer.is_redirect, path


def test_what_answers_under_any_name_shows_no_page(services: Services, visitor: Visitor, keys: Made) -> None:
    """Events and probes come under other names; the interface does not, whatever its address looks like."""
    client = visitor(services)
    for path in ("/healthz", "/readyz", "/sourceConfig", "/v1/projects/x/settings"):
        assert client.get(path, headers={"Host": EVIL}).headers["content-type"].startswith("application/")
    near = ["/healthzz", "/healthz/", "/readyz/x", "/sourceConfigs", "/v1", "/V1/track", "/v1x", "//v1/", "/healthz%2f..", "/assets/x"]
    for path in [*near, "/", "/people"]:
        assert client.get(path, headers={"Host": EVIL}).status_code == 421, path
    assert "<html" not in client.get("/v1/anything", headers={"Host": EVIL}).text


def test_the_settings_of_a_site_are_those_of_the_name_it_asked(services: Services, visitor: Visitor, keys: Made) -> None:
    """A library is told to send to the name by which it reached us, and nobody may keep that answer for others."""
    client = visitor(services)
    answer = client.get(f"/v1/projects/{keys.write_key}/settings", headers={"Host": "events.shop.example", "X-Forwarded-Host": EVIL})
    assert answer.json()["integrations"]["Segment.io"]["apiHost"] == "events.shop.example/v1"
    assert EVIL not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for host in ("evil.example/x", 'a"b', "a<script>", "a\\b"):
        said = client.get(f"/v1/projects/{keys.write_key}/settings", headers={"Host": host}).json()["integrations"]["Segment.io"]["apiHost"]
        assert said == "/v1", host
