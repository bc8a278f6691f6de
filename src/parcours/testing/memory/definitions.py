"""Definitions in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from parcours.app.ports import JourneyVersion, Template
from parcours.testing.memory.state import Clash, State, plain


class MemoryDefinitions:
    """Documents, settings, and what happened to them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def save_journey(self, version: JourneyVersion, /) -> None:
        """Keep a draft (replacing it) or a new version. Raises Clash for a known version."""
        self._state.writing()
        if version.version and (version.journey, version.version) in self._state.versions:
            raise Clash(f"version {version.version} of {version.journey} is published and never replaced")
        kept = replace(version, document=plain(version.document), redirects=plain(version.redirects))
        self._state.versions[version.journey, version.version] = kept
        if version.version or version.journey not in self._state.statuses:
            self._state.statuses[version.journey] = version.status

    def journeys(self) -> list[JourneyVersion]:
        """Every journey's drafts and versions, by journey and version."""
        return [replace(held, status=self._state.statuses[held.journey]) for _, held in sorted(self._state.versions.items())]

    def set_status(self, journey: str, status: str, /) -> None:
        """Change the status of a journey. Raises LookupError when it is unknown."""
        self._state.writing()
        if journey not in self._state.statuses:
            raise LookupError(f"no such journey: {journey}")
        self._state.statuses[journey] = status

    def save_template(self, template: Template, /) -> None:
        """Keep a template, replacing the one of that name."""
        self._state.writing()
        self._state.templates[template.name] = replace(template, document=plain(template.document))

    def templates(self) -> dict[str, Template]:
        """Every template by name."""
        return dict(sorted(self._state.templates.items()))

    def settings(self) -> dict[str, Any]:
        """Every setting by key."""
        return dict(sorted(self._state.settings.items()))

    def set_setting(self, key: str, value: Any, /) -> None:
        """Keep a JSON value; None removes the key."""
        self._state.writing()
        if value is None:
            self._state.settings.pop(key, None)
        else:
            self._state.settings[key] = plain(value)

    def workspace_events(self, new: Sequence[Mapping[str, Any]] = (), /) -> list[dict[str, Any]]:
        """Append `new` and answer all, by at then order of arrival."""
        if new:
            self._state.writing()
            self._state.workspace_events.extend(plain(event) for event in new)
        return sorted(self._state.workspace_events, key=lambda event: int(event["at"]))
