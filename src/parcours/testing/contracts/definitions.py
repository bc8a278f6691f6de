"""Journeys, templates, settings, workspace events."""

from dataclasses import replace
from typing import Any

import pytest

from parcours.app.ports import JourneyVersion, Store, Template
from parcours.testing.builders import NOW


def version(number: int = 1, **said: Any) -> JourneyVersion:
    """A version of a journey."""
    fields = {"document": {"journey": "welcome", "steps": [{"wait": "1d"}]}, "digest": f"d{number}", "published_at": NOW, "status": "live"}
    return JourneyVersion(**{"journey": "welcome", "version": number, **fields, **said})


class DefinitionsContract:
    """What definitions promise."""

    def test_versions_come_back_by_journey_and_number(self, store: Store) -> None:
        said = [version(1, follow=False, redirects={"a": "b"}), version(2), version(1, journey="another")]
        for each in said:
            store.write(1, lambda tx, each=each: tx.definitions.save_journey(each))  # type: ignore[misc]
        assert store.read(1, lambda tx: tx.definitions.journeys()) == [said[2], said[0], said[1]]

    def test_a_published_version_is_never_replaced(self, store: Store) -> None:
        store.write(1, lambda tx: tx.definitions.save_journey(version(1)))
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.definitions.save_journey(version(1, digest="other")))
        assert [each.digest for each in store.read(1, lambda tx: tx.definitions.journeys())] == ["d1"]

    def test_a_draft_is_replaced_and_leaves_the_status_of_a_live_journey(self, store: Store) -> None:
        store.write(1, lambda tx: tx.definitions.save_journey(version(0, status="draft")))
        assert [each.status for each in store.read(1, lambda tx: tx.definitions.journeys())] == ["draft"]
        store.write(1, lambda tx: tx.definitions.save_journey(version(1, status="live")))
        store.write(1, lambda tx: tx.definitions.save_journey(version(0, status="draft", digest="new")))
        journeys = store.read(1, lambda tx: tx.definitions.journeys())
        assert [(each.version, each.digest, each.status) for each in journeys] == [(0, "new", "live"), (1, "d1", "live")]

    def test_the_status_is_the_journeys(self, store: Store) -> None:
        for number in (1, 2):
            store.write(1, lambda tx, n=number: tx.definitions.save_journey(version(n)))  # type: ignore[misc]
        store.write(1, lambda tx: tx.definitions.set_status("welcome", "paused"))
        assert {each.status for each in store.read(1, lambda tx: tx.definitions.journeys())} == {"paused"}
        with pytest.raises(LookupError):
            store.write(1, lambda tx: tx.definitions.set_status("nowhere", "paused"))

    def test_templates_are_kept_by_name(self, store: Store) -> None:
        said = Template("hello", {"subject": {"fr": "Été", "en": "Summer"}, "html": "<p>{{ x }}</p>"}, "d", NOW)
        store.write(1, lambda tx: tx.definitions.save_template(said))
        store.write(1, lambda tx: tx.definitions.save_template(replace(said, digest="e", updated_at=NOW + 1)))
        store.write(1, lambda tx: tx.definitions.save_template(replace(said, name="bye")))
        assert store.read(1, lambda tx: tx.definitions.templates()) == {
            "bye": replace(said, name="bye"),
            "hello": replace(said, digest="e", updated_at=NOW + 1),
        }

    def test_settings_hold_any_json_value_and_none_removes(self, store: Store) -> None:
        values = {"text": "é", "number": 1.5, "false": False, "list": [1, {"a": None}], "empty": ""}
        for key, value in values.items():
            store.write(1, lambda tx, k=key, v=value: tx.definitions.set_setting(k, v))  # type: ignore[misc]
        assert store.read(1, lambda tx: tx.definitions.settings()) == values
        store.write(1, lambda tx: tx.definitions.set_setting("text", None))
        store.write(1, lambda tx: tx.definitions.set_setting("number", 2))
        assert store.read(1, lambda tx: tx.definitions.settings()) == {"number": 2, "false": False, "list": [1, {"a": None}], "empty": ""}

    def test_workspace_events_come_by_instant_then_arrival(self, store: Store) -> None:
        def event(at: int, kind: str) -> dict[str, Any]:
            return {"at": at, "kind": kind, "journey": "welcome", "version": 1, "value": None}

        late, early, tied = event(5, "pause"), event(1, "publish"), event(5, "resume")
        assert store.write(1, lambda tx: tx.definitions.workspace_events([late, early])) == [early, late]
        assert store.write(1, lambda tx: tx.definitions.workspace_events([tied])) == [early, late, tied]
        assert store.read(1, lambda tx: tx.definitions.workspace_events()) == [early, late, tied]
