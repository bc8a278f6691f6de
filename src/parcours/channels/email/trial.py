"""Rendering a new template once, in a child process without environment, killed when it wants more than it may have (SEC-01)."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from parcours.channels.email.documents import read_template
from parcours.channels.email.templating import TemplateError

CPU_SECONDS: Final = 2
WALL_SECONDS: Final = 10
MEMORY: Final = 1024**3
CHILD: Final = "from parcours.channels.email.trial import child; child()"


def try_template(document: Mapping[str, Any]) -> list[str]:
    """Sentences about what happened when every language was rendered for nobody in particular; empty when all went well."""
    command = [sys.executable, "-c", CHILD]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
    try:
        given = json.dumps(dict(document)).encode()
        done = subprocess.run(command, input=given, capture_output=True, timeout=WALL_SECONDS, env=environment, cwd="/", check=False)
    except subprocess.TimeoutExpired:
        return ["The template takes too long to render."]
    except (TypeError, ValueError) as error:
        return [f"The template holds something that is not plain data: {error}."]
    if done.returncode != 0:
        return ["The template takes too much time or memory to render."]
    return [str(problem) for problem in json.loads(done.stdout)]


def child() -> None:
    """The child: reads a document from stdin, renders it, writes a JSON list of sentences to stdout."""
    document = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(json.dumps(trial(document)))


def trial(document: Mapping[str, Any]) -> list[str]:
    """Render every part in every language with an empty contact and event."""
    template, problems = read_template(document)
    if template is None:
        return problems
    for language, content in template.contents.items():
        context = {
            "contact": {}, "event": {}, "workspace": {}, "language": language or "en", "zone": "UTC",
            "now": "2026-01-01T00:00:00+00:00", "unsubscribe_url": "https://example.org/u/sample",
        }  # fmt: skip
        written = content.text if document.get("text") else None
        for key, piece in (("subject", content.subject), ("html", content.html), ("text", written)):
            try:
                if piece is not None:
                    piece.render(context, {})
            except TemplateError as error:
                problems.append(f"{key}.{language}: {error}" if language else f"{key}: {error}")
    return problems
