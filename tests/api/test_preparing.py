"""The page that answers while the demo is prepared."""

import socket
import urllib.error
import urllib.request

from parcours.api.preparing import Course, Step, shown
from parcours.api.server import listen


def asked(door: socket.socket, language: str = "fr") -> tuple[int, str]:
    """Status and text of the page."""
    request = urllib.request.Request(f"http://127.0.0.1:{door.getsockname()[1]}/people", headers={"Accept-Language": language})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_page_tells_what_is_done_what_goes_on_and_how_far() -> None:
    course = Course([Step("Lire <tout>", "Read"), Step("Importer", "Import"), Step("Publier", "Publish")])
    with listen("127.0.0.1", 0) as door:
        with shown(course, door):
            status, text = asked(door)
            assert status == 503
            assert '<li aria-current="step"><span>Lire &lt;tout&gt;</span><span>0 s</span></li>' in text
            course.begin(1)
            course.progress(30, 120)
            status, text = asked(door, "en-GB,en;q=0.9")
            assert "<li><span>Read</span><span>done</span></li>" in text
            assert '<li aria-current="step"><span>Import</span><span>25 %</span></li>' in text
            assert "<li><span>Publish</span></li>" in text
        with socket.create_connection(door.getsockname(), timeout=5):
            door.accept()[0].close()  # the door stays open for the server that comes next
