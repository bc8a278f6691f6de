"""What README and tutorial tell people to type works when it is typed."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.architecture.tree import ROOT
from tests.clients.node import node_program, scripts
from tests.e2e.conftest import typed
from tests.fixtures.network import free_port, wait_until
from tests.fixtures.server import PROGRAM, Server

TUTORIAL = (ROOT / "docs/tutorial/first-journey.md").read_text()
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.slow


def blocks(page: str, language: str) -> list[str]:
    return [text for kind, _, text in BLOCK.findall(page) if kind == language]


@pytest.fixture
def tutorial_folder(tmp_path: Path) -> Path:
    """A folder with the files of the tutorial saved in it."""
    folder = tmp_path / "tutorial"
    folder.mkdir()
    for name, text in re.findall(r"^```yaml file=(\S+)\n(.*?)^```", TUTORIAL, flags=re.MULTILINE | re.DOTALL):
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_the_tutorial_works_line_by_line(tutorial_folder: Path, shell: dict[str, str], running: list[subprocess.Popen[bytes]]) -> None:
    port = free_port()
    printed = []
    for kind, options, text in BLOCK.findall(TUTORIAL):
        if options.strip() == "server":
            command = [str(PROGRAM), "serve", "--port", str(port)]
            with (tutorial_folder / "log").open("wb") as log:
                running.append(subprocess.Popen(command, cwd=tutorial_folder, env=shell, stdout=log, stderr=log))
            server = Server(tutorial_folder / "parcours-data", "", "", port, process=running[-1])
            wait_until(server.ready, 120, "starting the server of the tutorial")
        elif kind == "sh":
            if "export messages" in text:
                wait_until(lambda: len(sent(tutorial_folder, shell)) == 2, 90, "sending both mails")
            printed.append(typed(text.replace("localhost:8000", f"127.0.0.1:{port}"), tutorial_folder, shell))
    assert any(answer.count('"accepted"') == 3 for answer in printed), printed
    assert [message["template"] for message in sent(tutorial_folder, shell)] == ["welcome-mail", "hint-mail"]


def sent(folder: Path, shell: dict[str, str]) -> list[dict[str, object]]:
    """Messages of the tutorial that were sent, in the order they were planned."""
    rows = [json.loads(line) for line in typed("parcours export messages --jsonl", folder, shell).splitlines()]
    return sorted((row for row in rows if row["state"] == "sent"), key=lambda row: str(row["planned"]))


def arrived(server: Server) -> list[str]:
    """Names of the events that the server holds."""
    answer = server.run("export", "events", "--jsonl")
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line)["event"] for line in answer.stdout.splitlines()]


def ours(text: str, server: Server) -> str:
    """A snippet with this server's key and address."""
    return text.replace("WRITE_KEY", server.write_key).replace("localhost:8000", f"127.0.0.1:{server.port}")


def test_the_snippets_for_servers_bring_events_in(server: Server, tmp_path: Path, shell: dict[str, str]) -> None:
    (python,) = blocks(README, "python")
    typed(f"{sys.executable} - <<'END'\n{ours(python, server)}\nEND", tmp_path, {**shell, "PYTHONWARNINGS": "ignore"})
    assert arrived(server) == ["Order Completed"]
    (curl,) = blocks(README, "sh")
    assert '"accepted"' in typed(ours(curl, server), tmp_path, shell)
    assert arrived(server) == ["Order Completed"] * 2
    node = next(block for block in blocks(README, "js") if "analytics-node" in block)
    typed(f"{node_program()} --input-type=module <<'END'\n{ours(node, server)}\nEND", scripts().parent, shell)
    assert arrived(server) == ["Order Completed"] * 3


@pytest.mark.browser
def test_the_snippet_for_web_pages_brings_events_in(server: Server, tmp_path: Path, shell: dict[str, str], browser: Browser) -> None:
    snippet = next(block for block in blocks(README, "js") if "analytics-next" in block)
    bundle = f"{node_program()} node_modules/esbuild/bin/esbuild --bundle --outfile={tmp_path}/page.js --log-level=error"
    typed(f"{bundle} <<'END'\n{ours(snippet, server)}\nEND", scripts().parent, shell)
    page = browser.new_page(bypass_csp=True)  # stands for a page of the shop, whose policy is its own
    page.goto(f"{server.url}/robots.txt")
    page.add_script_tag(content=(tmp_path / "page.js").read_text())
    wait_until(lambda: sorted(arrived(server)) == ["Contact Identified", "Order Completed"], 60, "both calls of the page")
    page.close()
