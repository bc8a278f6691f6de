"""What the screens are told, over a seeded workspace."""

from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from parcours.app.ports import Placement
from parcours.app.services import Services
from parcours.core.terms.ids import partition_of
from tests.api.conftest import Visitor
from tests.e2e.seeding import DAY, HOSTILE, NOON, public_id, seed_many


def signed(client: TestClient) -> TestClient:
    """Sign in to the demo."""
    client.headers["X-CSRF-Token"] = client.post("/api/session", json={"demo": True}).json()["csrf"]
    return client


def test_the_overview_counts_people_by_stage_in_the_order_of_the_setting(member: TestClient) -> None:
    shown = member.get("/api/overview").json()
    counted = [(stage["key"], stage["count"]) for stage in shown["stages"]]
    assert counted == [("new", 14), ("regular", 15), ("loyal", 15), ("sleeping", 15), ("", 1)]
    assert shown["stages"][0]["title"] == {"fr": "Nouveau client", "en": "New customer"}
    assert shown["counts"] == {"contacts": 60, "events": 128, "runs": 40, "mails": 27, "messages": {"sent": 27, "skipped": 3}}
    assert shown["clock"]["demo"] is False
    assert shown["mails"][0]["subject"] == "Merci pour votre commande C1029"


def test_stage_changes_are_moves_and_not_events_of_the_list(member: TestClient) -> None:
    shown = member.get("/api/overview").json()
    assert {move["person"] for move in shown["moves"]} == {f"Client {number}" for number in range(7, 61, 7)}
    assert {move["target"] for move in shown["moves"]} == {"new", "regular", "loyal", "sleeping"}
    assert all(event["name"] != "Stage Changed" for event in shown["events"])
    assert len({event["id"] for event in shown["events"]}) == 12


def test_an_empty_workspace_shows_zeros(services: Services, visitor: Visitor, demo: Services) -> None:
    shown = signed(visitor(demo)).get("/api/overview").json()
    assert shown["counts"] == {"contacts": 0, "events": 0, "runs": 0, "mails": 0, "messages": {}}
    assert shown["stages"] == shown["events"] == shown["mails"] == []


def test_the_demos_clock_obeys_within_its_bounds(demo: Services, visitor: Visitor) -> None:
    client = signed(visitor(demo))
    assert client.get("/api/overview").json()["clock"]["first"] == "2011-11-16T12:00:00Z"
    assert client.post("/api/clock", json={"paused": True}).json()["paused"] is True
    changed = client.post("/api/clock", json={"speed": 17280}).json()
    assert (changed["paused"], changed["speed"]) == (True, 17280)
    for wrong in ({"speed": 0}, {"speed": 1e7}, {"speed": "NaN"}, {"now": 5}):
        assert client.post("/api/clock", json=wrong).status_code == 422, wrong


def test_a_real_clock_has_no_levers(member: TestClient) -> None:
    answer = member.post("/api/clock", json={"paused": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_demo")


def test_the_list_of_journeys(member: TestClient) -> None:
    thanks, win_back = member.get("/api/journeys").json()["journeys"]
    assert (thanks["key"], thanks["status"], thanks["entered"], thanks["live"], thanks["sent"]) == ("thank-you", "live", 40, 40, 27)
    assert (win_back["key"], win_back["status"], win_back["entered"]) == ("win-back", "paused", 0)


def test_a_journey_shows_where_people_stand_and_which_way_they_took(member: TestClient) -> None:
    shown = member.get("/api/journeys/thank-you").json()
    nodes = {node["id"]: node for node in shown["nodes"]}
    assert [(name, nodes[name]["passed"], nodes[name]["live"]) for name in ("@entry", "pause", "thanks", "reacted")] == [
        ("@entry", 40, 0), ("pause", 40, 10), ("thanks", 30, 0), ("reacted", 30, 30),
    ]  # fmt: skip
    assert nodes["thanks"]["sent"] == 27
    ways = {(edge["source"], edge["target"]): edge["count"] for edge in shown["edges"]}
    assert ways["@entry", "pause"] == 40
    assert ways["pause", "thanks"] == ways["thanks", "reacted"] == 30
    assert ways["worth", "@done"] == 0
    assert [(one["reason"], one["count"]) for one in shown["refused"]] == [("cooling", 12)]


def test_there_is_no_journey_of_another_key(member: TestClient) -> None:
    assert member.get("/api/journeys/nothing").status_code == 404
    assert member.post("/api/journeys/nothing/pause", json={}).status_code == 404


def test_people_come_page_by_page_and_none_twice(member: TestClient) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = member.get("/api/people", params={"limit": 25, **({"after": after} if after else {})}).json()
        seen += [person["id"] for person in page["people"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [public_id(number) for number in range(1, 61)]
    assert page["total"] == 60


def test_ten_thousand_people_are_read_in_pages(services: Services, demo: Services, visitor: Visitor) -> None:
    seed_many(services.store, 10_000)
    client = signed(visitor(demo))
    page = client.get("/api/people", params={"search": "client 99", "limit": 200}).json()
    assert {person["name"] for person in page["people"]} >= {"Client 99", "Client 9999"}
    assert len(page["people"]) == 111
    assert client.get("/api/people", params={"limit": 201}).status_code == 422


def test_a_person_is_shown_with_stage_consents_and_journeys(member: TestClient) -> None:
    shown = member.get(f"/api/people/{public_id(1)}").json()
    assert shown["person"]["name"] == "Camille Durand"
    assert shown["person"]["stage_title"] == {"fr": "Client régulier", "en": "Regular customer"}
    assert shown["consents"] == {"email.offers": True, "email.service": True}
    assert [(stay["journey"], stay["step"], stay["state"]) for stay in shown["stays"]] == [("thank-you", "reacted", "live")]


def test_somebody_without_anything_has_a_page_too(member: TestClient) -> None:
    shown = member.get(f"/api/people/{public_id(4)}").json()
    assert (shown["person"]["name"], shown["person"]["email"], shown["person"]["stage"]) == ("", "", "")


def test_a_hostile_name_arrives_as_it_is(member: TestClient) -> None:
    answer = member.get(f"/api/people/{public_id(3)}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["person"]["name"] == HOSTILE


def test_nobody_is_a_404_with_a_sentence(member: TestClient) -> None:
    for path in (f"/api/people/{public_id(999)}", "/api/people/1", f"/api/people/{public_id(999)}/timeline"):
        answer = member.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_person")


def test_a_timeline_tells_events_decisions_and_messages_newest_first(member: TestClient) -> None:
    told = member.get(f"/api/people/{public_id(1)}/timeline").json()["moments"]
    assert [(moment["source"], moment["sentence"]["fr"]) for moment in told] == [
        ("event", "Order Completed"),
        ("event", "Page vue : Panier"),
        ("message", "Message envoyé : « Merci pour votre commande C1001 »"),
        ("decision", "A attendu, puis a continué."),
        ("decision", "Est entré dans le parcours."),
    ]
    assert told[2]["mail"] == 1
    assert told[3]["journey_title"]["en"] == "Thank you and review request"


def test_a_timeline_read_in_pieces_is_the_whole(member: TestClient) -> None:
    path = f"/api/people/{public_id(7)}/timeline"
    whole = member.get(path).json()["moments"]
    pieces: list[dict[str, Any]] = []
    before = None
    while True:
        part = member.get(path, params={"limit": 2, **({"before": before} if before else {})}).json()
        pieces += part["moments"]
        before = part["next"]
        if before is None:
            break
    assert pieces == whole
    assert len(whole) == 6


def test_history_and_inbox_make_one_timeline_and_no_event_twice(seeded: Services, member: TestClient) -> None:
    partition = partition_of(public_id(1))

    def archive(tx: Any) -> None:
        rows = [row for row in tx.inbox.turned(partition, 1_000) if row[1].contact == 1]
        codes = tx.manifest.codes([event.name for _, event, _, _ in rows])
        kept = seeded.history.append(partition, [(event, source, client) for _, event, source, client in rows], codes)
        tx.manifest.swap([kept], [])
        tx.inbox.remove([rows[0][0]])

    seeded.store.write(1, archive)
    told = member.get(f"/api/people/{public_id(1)}/timeline").json()["moments"]
    assert [moment["name"] for moment in told if moment["source"] == "event"] == ["Order Completed", "Page Viewed"]


def test_a_change_of_stage_is_told_by_its_title(member: TestClient) -> None:
    told = member.get(f"/api/people/{public_id(7)}/timeline").json()["moments"]
    change = next(moment for moment in told if moment["name"] == "Stage Changed")
    assert change["sentence"] == {"fr": "Nouvelle étape de la relation : En sommeil", "en": "New stage: Sleeping"}


def test_a_skipped_message_says_why(member: TestClient) -> None:
    told = member.get(f"/api/people/{public_id(10)}/timeline").json()["moments"]
    message = next(moment for moment in told if moment["source"] == "message")
    assert (message["sentence"]["en"], message["detail"], message["mail"]) == ("Message not sent: “thank-you”", "unsubscribed", None)


def test_a_customer_cannot_forge_the_sentence_of_a_receipt(seeded: Services, member: TestClient) -> None:
    from tests.e2e.seeding import arrival

    def forge(tx: Any) -> None:
        tx.inbox.append([arrival(5, "Email Clicked", NOON + DAY, {"template": "win-back"})])
        (row,) = tx.inbox.unrouted(10)
        tx.inbox.place([Placement(row.row, 5, 9, partition_of(public_id(5)), row.arrival.name, row.arrival.properties)])

    seeded.store.write(1, forge)
    told = member.get(f"/api/people/{public_id(5)}/timeline").json()["moments"]
    assert told[0]["sentence"]["en"] == "Email Clicked"


def test_the_mailbox_is_searched_and_paged(member: TestClient) -> None:
    first = member.get("/api/mailbox", params={"limit": 20}).json()
    rest = member.get("/api/mailbox", params={"limit": 20, "before": first["next"]}).json()
    assert len(first["mails"]) + len(rest["mails"]) == first["total"] == 27
    assert rest["next"] is None
    assert [mail["person"] for mail in member.get("/api/mailbox", params={"search": "C1001"}).json()["mails"]] == ["Camille Durand"]
    assert [mail["id"] for mail in member.get("/api/mailbox", params={"contact": public_id(2)}).json()["mails"]] == [2]
    assert member.get("/api/mailbox", params={"contact": public_id(999)}).json()["mails"] == []


def test_a_mail_is_taken_apart(member: TestClient) -> None:
    shown = member.get("/api/mailbox/1").json()
    assert shown["text"].startswith("Bonjour,")
    assert {"name": "List-Unsubscribe-Post", "value": "List-Unsubscribe=One-Click"} in shown["headers"]
    assert (shown["html"], shown["journey"], shown["step"]) == (True, "thank-you", "thanks")
    assert member.get("/api/mailbox/999").status_code == 404


def test_a_mails_html_is_shown_under_a_policy_that_lets_it_do_nothing(member: TestClient) -> None:
    answer = member.get("/api/mailbox/3/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups")
    for word in ("default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"):
        assert word in policy
    for word in ("allow-scripts", "allow-same-origin", "script-src"):
        assert word not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.text
    assert member.get("/api/mailbox/999/html").status_code == 404


def test_how_to_connect_names_the_write_key_and_never_a_secret_one(seeded: Services, member: TestClient) -> None:
    shown = member.get("/api/keys").json()
    assert shown["write_key"].startswith("wk_")
    for text in (shown["snippet"], shown["curl"]):
        assert shown["write_key"] in text
        assert "localhost:8000" in text
    assert "sk_" not in str(shown)


def test_the_address_shown_is_the_public_one_whatever_the_host_header(services: Services, demo: Services, visitor: Visitor) -> None:
    client = signed(visitor(replace(demo, public_url="http://127.0.0.1:9000")))
    assert client.get("/api/keys", headers={"Host": "localhost:1"}).json()["address"] == "http://127.0.0.1:9000"
