"""SEC-31: a page of another site, open in the browser of somebody who is signed in, changes nothing, whatever it sends and however."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.testclient import TestClient

from parcours.api.app import interface_schema
from parcours.app.services import Services
from tests.api.conftest import OWNER, PASSWORD, Visitor, enter
from tests.security.database import database
from tests.security.serving import another_site, serving

WRITES = sorted(
    (method.upper(), path.replace("{key}", "thank-you"))
    for path, methods in interface_schema()["paths"].items()
    for method in methods
    if method not in ("get", "head")
)

ATTACK = """<!doctype html><title>prize</title><body><script>
const writes = WRITES, own = 'OWN'
const bodies = ['{}', '{"paused":true}', '{"email":"OWNER","password":"PASSWORD"}', '']
const kinds = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json', 'text/plain; application/json']
const sent = []
function frame(action, method, enctype, body) {
  const form = document.createElement('form'), field = document.createElement('input'), target = document.createElement('iframe')
  target.name = 't' + document.querySelectorAll('iframe').length
  const [name, value] = body.includes('"') ? [body.slice(0, -1) + ',"', '":1}'] : ['a', body]
  Object.assign(field, {type: 'hidden', name, value})
  Object.assign(form, {action, method, enctype, target: target.name})
  form.append(field); document.body.append(target, form); form.submit()
}
async function attack() {
  for (const [method, path] of writes) for (const body of bodies) {
    for (const kind of kinds) for (const mode of ['no-cors', 'cors']) for (const credentials of ['include']) {
      const headers = {'Content-Type': kind, ...(mode === 'cors' ? {'X-CSRF-Token': 'x'} : {})}
      sent.push(fetch(own + path, {method: mode === 'cors' ? method : 'POST', mode, credentials, headers, body}).catch(() => 0))
    }
    navigator.sendBeacon(own + path, new Blob([body], {type: 'text/plain'}))
    new Image().src = own + path + '?_method=' + method
  }
  for (const [method, path] of writes) for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    frame(own + path, 'post', enctype, bodies[1])
  try { new WebSocket(own.replace('http', 'ws') + '/api/session') } catch (error) { }
  await Promise.all(sent)
  document.title = 'fired ' + sent.length
}
</script>"""


@pytest.fixture
def address(seeded: Services) -> Iterator[str]:
    with serving(seeded) as url:
        yield url


def signed_in(browser: Browser, address: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + "/sign-in")
    page.locator("input[name=email]").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("navigation").wait_for()
    return context, page


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_on_another_port_of_the_same_machine_changes_nothing(browser: Browser, seeded: Services, address: str) -> None:
    """The hardest case: to the browser both are one site, so the cookie travels."""
    page = ATTACK.replace("WRITES", json.dumps(WRITES)).replace("OWN'", f"{address}'").replace("OWNER", OWNER).replace("PASSWORD", PASSWORD)
    context, own = signed_in(browser, address)
    before = database(seeded)
    with another_site({"/": page}) as elsewhere:
        evil = context.new_page()
        evil.goto(elsewhere)
        evil.evaluate("attack()")
        evil.wait_for_timeout(500)
        assert evil.title().startswith("fired ")
        assert int(evil.title().removeprefix("fired ")) > 200
    assert database(seeded) == before
    assert own.evaluate("fetch('/api/overview').then(answer => answer.status)") == 200, "nobody was signed out"
    ours = """fetch('/api/session').then(answer => answer.json()).then(session => fetch('/api/journeys/thank-you/pause',
        {method: 'POST', headers: {'X-CSRF-Token': session.csrf}})).then(answer => answer.status)"""
    assert own.evaluate(ours) == 200
    assert database(seeded) != before, "the measure sees a write"
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_no_other_page_shows_ours_in_a_frame(browser: Browser, address: str) -> None:
    context, _ = signed_in(browser, address)
    paths = ("/", "/people", "/api/keys", "/api/mailbox/1/html", "/sign-in", "/u/x")
    frames = "".join(f'<iframe src="{address}{path}"></iframe>' for path in paths)
    with another_site({"/": f"<!doctype html><title>frames</title>{frames}"}) as elsewhere:
        page = context.new_page()
        page.goto(elsewhere)
        page.wait_for_timeout(500)
        ours = [frame for frame in page.frames[1:] if frame.url.startswith(address)]
        shown = [frame.url for frame in ours if frame.evaluate("document.body.innerText.trim().length") > 0]
    context.close()
    assert shown == []


ORIGINS = [
    "https://evil.example", "null", "http://localhost", "http://localhost:8001", "https://localhost:8000", "http://localhost:8000.evil.example",
    "http://evil.example:8000", "http://localhost:8000@evil.example", "http://[::1", "http://localhost:8000/", "HTTP://LOCALHOST:8000", "",
    "http://127.0.0.1:8000", "ws://localhost:8000", "file://", "http://localhost:8000\x80", "http://localhost:8000, http://evil.example",
]  # fmt: skip


def test_origins_that_only_look_like_ours_are_foreign(member: TestClient, seeded: Services) -> None:
    before = database(seeded)
    for origin in ORIGINS:
        for path in ("/api/journeys/thank-you/pause", "/api/session"):
            answer = member.post(path, headers={b"Origin": origin.encode("latin-1"), b"Content-Type": b"application/json"}, content=b"{}")
            assert answer.status_code == 403, (origin, path, answer.text)
    assert database(seeded) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/json/x", "text/json", "application/jsonp", "application/x+json", "*/*"])
def test_a_body_that_is_not_called_json_is_not_read(services: Services, visitor: Visitor, kind: str) -> None:
    """Not for signing in either: a foreign form could sign somebody in to the attacker's account."""
    client = visitor(services)
    body = json.dumps({"email": OWNER, "password": PASSWORD})
    assert client.post("/api/session", content=body, headers={"Content-Type": kind}).status_code == 415
    assert enter(client).status_code == 200
