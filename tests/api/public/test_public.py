"""The public door over HTTP: what links in messages do, and above all what they do not."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.judge import WAIT, judge
from parcours.app.route import route_arrivals
from tests.app.sending import DOCUMENT, MINUTE, URL, fresh_workspace, html_of


@pytest.fixture
def workspace(tmp_path):
    with fresh_workspace(tmp_path / "public.sqlite") as opened:
        yield opened


@pytest.fixture
def client(workspace):
    with TestClient(create_app(workspace.services), base_url=URL, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def zoe(workspace):
    return workspace.contact(consents={"email.tracking_email": True, "email.offers": True})


@pytest.fixture
def links(workspace, zoe):
    """The unsubscribe and click paths of a message that was sent."""
    workspace.plan(zoe)
    workspace.deliver()
    html = html_of(workspace.mails()[0].raw)
    return {path[:2]: path for path in re.findall(rf'href="{URL}/([cu]/[\w-]+)"', html)}


def test_get_shows_a_page_and_changes_nothing(workspace, client, zoe, links):
    before = workspace.load(zoe), len(workspace.arrivals())
    for method in ("GET", "HEAD"):
        answer = client.request(method, links["u/"])
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "script" not in answer.headers["content-security-policy"].replace("default-src 'none'", "")
        assert "set-cookie" not in answer.headers
    assert (workspace.load(zoe), len(workspace.arrivals())) == before


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (b"choice=stop", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
        (b"\xff" * 100_000, "application/octet-stream"),
    ],
)
def test_one_click_withdraws_the_topic(workspace, client, zoe, links, content, kind):
    answer = client.post(links["u/"], content=content, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert workspace.load(zoe).consents == {"email.tracking_email": True, "email.offers": False}
    told = [event for event in workspace.arrivals() if event.name != "Email Sent"]
    assert [(event.name, event.contact) for event in told] == [("Consent Withdrawn", zoe.id), ("Email Unsubscribed", zoe.id)]
    assert {key: told[0].properties[key] for key in ("channel", "topic")} == {"channel": "email", "topic": "offers"}


def test_twice_is_once_and_the_events_change_nothing_more(workspace, client, zoe, links):
    for _ in range(3):
        assert client.post(links["u/"], content=b"List-Unsubscribe=One-Click").status_code == 200
    assert len(workspace.arrivals("Consent Withdrawn")) == 1
    workspace.store.write(1, lambda tx: route_arrivals(tx, 100))
    assert workspace.load(zoe).consents["email.offers"] is False


def test_who_came_back_can_leave_again_by_the_same_link(workspace, client, zoe, links):
    client.post(links["u/"])
    workspace.change(replace(workspace.load(zoe), consents={"email.offers": True}))
    workspace.clock.pass_time(MINUTE)
    client.post(links["u/"])
    assert workspace.load(zoe).consents == {"email.offers": False}
    assert len(workspace.arrivals("Consent Withdrawn")) == 2


def test_the_second_button_withdraws_everything(workspace, client, zoe, links):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(links["u/"], content=b"choice=all", headers=form).status_code == 200
    assert workspace.load(zoe).consents == {"email.*": False, "email.offers": False, "email.tracking_email": False}


def test_nothing_leaves_after_the_answer(workspace, client, zoe, links):
    later = workspace.plan(zoe, 2)
    client.post(links["u/"])
    workspace.deliver()
    assert workspace.state(later) == ("skipped", "opted_out")


def test_an_opt_out_follows_a_merge(workspace, client, zoe, links):
    survivor = workspace.contact("Zoé", "kept@example.org")
    workspace.change(replace(workspace.load(zoe), merged_into=survivor.id))
    client.post(links["u/"])
    assert workspace.load(survivor).consents == {"email.offers": False}


def test_the_page_speaks_the_person_s_language_then_the_browser_s(workspace, client, links):
    assert '<html lang="fr">' in client.get(links["u/"], headers={"Accept-Language": "en"}).text
    workspace.plan(workspace.contact(attributes={"language": None}), 9)
    workspace.deliver()
    [other] = re.findall(r"/(u/[\w-]+)>", workspace.mails()[-1].raw.decode())
    assert '<html lang="en">' in client.get(other, headers={"Accept-Language": "en-GB,fr;q=0.5"}).text
    assert '<html lang="fr">' in client.get(other, headers={"Accept-Language": "de"}).text


def test_the_page_is_sound_html_without_scripts_and_with_named_buttons(workspace, client, links):
    workspace.store.write(1, lambda tx: tx.definitions.set_setting("name", "<script>alert(1)</script>"))
    text = client.get(links["u/"]).text

    tags: list[str] = []

    class Reading(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append(tag)

    Reading().feed(text)
    assert "script" not in tags
    assert tags.count("button") == 2
    assert {"main", "h1", "title"} <= set(tags)


def test_a_click_leads_to_the_stored_address_and_is_told_ten_seconds_later(workspace, client, zoe, links):
    workspace.clock.pass_time(MINUTE)
    answer = client.get(links["c/"])
    assert (answer.status_code, answer.headers["location"]) == (302, "https://shop.example.org/nouveautes?a=1&b=2")
    assert answer.headers["referrer-policy"] == "no-referrer"
    workspace.clock.pass_time(WAIT - 1)
    assert judge(workspace.services) == 0
    workspace.clock.pass_time(1)
    assert judge(workspace.services) == 1
    [clicked] = workspace.arrivals("Email Clicked")
    assert clicked.contact == zoe.id
    assert clicked.occurred == workspace.clock.at - WAIT
    assert clicked.properties["link"] == "https://shop.example.org/nouveautes?a=1&b=2"
    assert clicked.properties["human"] is True


def judged(workspace) -> list[bool]:
    """Whether each click was a person's, ten seconds later; judging again says nothing new."""
    workspace.clock.pass_time(WAIT)
    judge(workspace.services)
    assert judge(workspace.services) == 0
    return [event.properties["human"] for event in workspace.arrivals("Email Clicked")]


def test_a_click_right_after_sending_is_a_machine_s(workspace, client, links):
    client.get(links["c/"])
    assert judged(workspace) == [False]


@pytest.mark.parametrize(
    "header", [{"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"}, {"X-Purpose": "preview"}]
)
def test_what_is_fetched_ahead_of_a_reader_is_a_machine_s(workspace, client, links, header):
    workspace.clock.pass_time(MINUTE)
    assert client.get(links["c/"], headers=header).status_code == 302
    assert judged(workspace) == [False]


def test_a_link_that_something_only_looked_at_is_followed_by_a_machine(workspace, client, links):
    workspace.clock.pass_time(MINUTE)
    answer = client.head(links["c/"])
    assert answer.headers["location"].startswith("https://shop.example.org/")
    client.get(links["c/"])
    assert judged(workspace) == [False], "the look itself is no click"
    workspace.clock.pass_time(MINUTE)
    client.get(links["c/"])
    assert judged(workspace) == [False, True]


def test_all_links_of_a_message_within_ten_seconds_are_a_machine_s(workspace, client):
    html = dict.fromkeys(("fr", "en"), '<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a></p>')
    workspace.put(DOCUMENT | {"template": "two", "html": html})
    workspace.plan(workspace.contact("Ana", "ana@example.org", consents={"email.tracking_email": True}), 77, template="two")
    workspace.deliver()
    one, two = sorted(set(re.findall(r"/c/[\w-]{48}", html_of(workspace.mails()[-1].raw))))
    workspace.clock.pass_time(MINUTE)
    client.get(one)
    workspace.clock.pass_time(9_000_000)
    client.get(two)
    workspace.clock.pass_time(MINUTE)
    client.get(one)
    assert judged(workspace) == [False, False, True]


def test_a_click_once_judged_is_never_revised(workspace, client, links):
    """The first visit was judged a person's; that every link is visited a second later changes nothing about it."""
    workspace.clock.pass_time(MINUTE)
    client.get(links["c/"])
    assert judged(workspace) == [True]
    client.head(links["c/"])
    workspace.clock.pass_time(WAIT)
    judge(workspace.services)
    assert judged(workspace) == [True]


def test_a_click_is_not_told_once_the_person_no_longer_agrees(workspace, client, zoe, links):
    workspace.clock.pass_time(MINUTE)
    client.get(links["c/"])
    workspace.change(replace(workspace.load(zoe), consents={}))
    assert client.get(links["c/"]).status_code == 302
    assert judged(workspace) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_else_is_answered(client, links, method):
    assert client.request(method, links["u/"]).status_code == 405
    assert client.request(method, links["c/"]).status_code == 405
