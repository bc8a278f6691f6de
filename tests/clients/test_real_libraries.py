"""Real client libraries against one started server: each sends its calls as in production, the server's own export tells what was kept."""

import json
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from segment.analytics.client import Client

from tests.clients.node import HERE, node_program, scripts
from tests.clients.sent import kept, said
from tests.fixtures.server import Server

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><title>Boutique</title><link rel="icon" href="data:,">
<script>window.parcours = {config}</script><script src="bundle.js"></script>"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("gzip", [False, True])
def test_segment_analytics_python(shared_server: Server, gzip: bool) -> None:
    failures: list[Exception] = []
    user = f"python-{gzip}"
    client = Client(
        shared_server.write_key, host=shared_server.url, gzip=gzip, on_error=lambda error, _: failures.append(error), max_retries=0
    )
    client.identify(user, {"email": "zoé@example.org", "plan": "pro"})
    client.track(user, "Order Completed", {"revenue": 12.5, "products": [{"id": "p-9"}]})
    client.page(user, "Docs", "Pricing", {"url": "https://shop.example/pricing"})
    client.screen(user, "Onboarding", "Step 1")
    client.group(user, "acme", {"employees": 329})
    client.flush()
    client.shutdown()
    assert failures == []
    assert said(kept(shared_server, user, 5)) == [
        ("Contact Identified", {"email": "zoé@example.org", "plan": "pro"}),
        ("Order Completed", {"revenue": 12.5, "products": [{"id": "p-9"}]}),
        ("Page Viewed", {"url": "https://shop.example/pricing", "name": "Pricing", "category": "Docs"}),
        ("Screen Viewed", {"name": "Step 1", "category": "Onboarding"}),
        ("Contact Identified", {"company": {"employees": 329, "id": "acme"}}),
    ]


def test_segment_analytics_node(shared_server: Server) -> None:
    script = scripts() / "node_client.mjs"
    ran = subprocess.run([node_program(), script, shared_server.url, shared_server.write_key], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    events = kept(shared_server, "node-1", 6)
    assert said(events) == [
        ("Contact Identified", {"email": "zoe@example.org", "plan": "pro"}),
        ("Order Completed", {"revenue": 12.5, "products": [{"id": "p-9"}]}),
        ("Page Viewed", {"url": "https://shop.example/pricing", "name": "Pricing"}),
        ("Screen Viewed", {"name": "Home"}),
        ("Contact Identified", {"company": {"employees": 329, "id": "acme"}}),
        ("Contact Identified", {}),
    ]
    assert events[3]["anonymous_id"] == "node-anonymous"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of another site, with the library's bundle in it, and its address."""
    folder = tmp_path_factory.mktemp("site")
    esbuild = HERE / "node_modules/esbuild/bin/esbuild"
    bundle: list[str | Path] = [
        node_program(),
        esbuild,
        scripts() / "browser_client.js",
        "--bundle",
        "--log-level=error",
        f"--outfile={folder / 'bundle.js'}",
    ]
    subprocess.run(bundle, check=True, timeout=60)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
@pytest.mark.parametrize("batching", [False, True])
def test_segment_analytics_next_in_chromium(shared_server: Server, site: tuple[Path, str], browser: Browser, batching: bool) -> None:
    """In a page of another origin than the server's, so with preflights; only the server's address and the key are told to it."""
    folder, address = site
    user = f"browser-{batching}"
    config = {"server": shared_server.url, "writeKey": shared_server.write_key, "batching": batching, "user": user}
    (folder / "index.html").write_text(PAGE.replace("{config}", json.dumps(config)))
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(f"{request.method} {request.url}: {request.failure}"))
    page.goto(f"{address}/?utm_source=test")
    assert page.evaluate("window.done")
    events = kept(shared_server, user, 6)
    page.close()
    assert problems == []
    view = {"path": "/", "referrer": "", "search": "?utm_source=test", "title": "Boutique", "url": f"{address}/?utm_source=test"}
    assert said(events) == [
        ("Contact Identified", {"email": "zoe@example.org", "plan": "pro"}),
        ("Page Viewed", {**view, "name": "Pricing", "category": "Docs"}),
        ("Order Completed", {"revenue": 12.5, "half": "\ufffd"}),
        ("Screen Viewed", {"name": "Home"}),
        ("Contact Identified", {"company": {"employees": 329, "id": "acme"}}),
        ("Contact Identified", {}),
    ]
    assert len({event["message_id"] for event in events}) == 6
    assert len({event["anonymous_id"] for event in events}) == 1
