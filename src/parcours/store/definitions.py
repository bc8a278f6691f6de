"""Journeys, templates, settings and the workspace's own dated events in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from parcours.app.ports import JourneyVersion, Template
from parcours.store.session import Clash, Session
from parcours.store.statements import INT, TEXT, Batch, Statement
from parcours.store.texts import from_json, keep, to_json, told

_NEW_JOURNEY: Final = Statement(
    "INSERT INTO journeys (workspace_id, journey, status) VALUES (:workspace, :journey, :status)"
    " ON CONFLICT (workspace_id, journey) DO NOTHING"
)
_SET_STATUS: Final = Statement("UPDATE journeys SET status = :status WHERE workspace_id = :workspace AND journey = :journey")
_VERSION: Final = (
    "INSERT INTO journey_versions (workspace_id, journey, version, digest, published_at, follow, redirects, document)"
    " VALUES (:workspace, :journey, :version, :digest, :published_at, :follow, :redirects, :document)"
    " ON CONFLICT (workspace_id, journey, version)"
)
_SAVE_DRAFT: Final = Statement(
    f"{_VERSION} DO UPDATE SET digest = excluded.digest, published_at = excluded.published_at, follow = excluded.follow,"
    " redirects = excluded.redirects, document = excluded.document"
)
_SAVE_VERSION: Final = Statement(f"{_VERSION} DO NOTHING")
_JOURNEYS: Final = Statement(
    "SELECT v.journey, v.version, v.document, v.digest, v.published_at, j.status, v.follow, v.redirects FROM journey_versions AS v"
    " JOIN journeys AS j ON j.workspace_id = v.workspace_id AND j.journey = v.journey"
    " WHERE v.workspace_id = :workspace ORDER BY v.journey, v.version"
)
_SAVE_TEMPLATE: Final = Statement(
    "INSERT INTO templates (workspace_id, name, digest, updated_at, document) VALUES (:workspace, :name, :digest, :updated_at, :document)"
    " ON CONFLICT (workspace_id, name) DO UPDATE SET digest = excluded.digest, updated_at = excluded.updated_at,"
    " document = excluded.document"
)
_TEMPLATES: Final = Statement("SELECT name, document, digest, updated_at FROM templates WHERE workspace_id = :workspace ORDER BY name")
_SETTINGS: Final = Statement("SELECT key, value FROM settings WHERE workspace_id = :workspace ORDER BY key")
_SET: Final = Statement(
    "INSERT INTO settings (workspace_id, key, value) VALUES (:workspace, :key, :value)"
    " ON CONFLICT (workspace_id, key) DO UPDATE SET value = excluded.value"
)
_UNSET: Final = Statement("DELETE FROM settings WHERE workspace_id = :workspace AND key = :key")
_ADD_EVENTS: Final = Batch(
    "INSERT INTO workspace_events (workspace_id, at, document) SELECT :workspace, at, document FROM given", {"at": INT, "document": TEXT}
)
_EVENTS: Final = Statement("SELECT document FROM workspace_events WHERE workspace_id = :workspace ORDER BY at, row")


class SqlDefinitions:
    """Documents of one workspace, its settings, and what happened to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save_journey(self, version: JourneyVersion, /) -> None:
        """Keep a draft (replacing it) or a new version. Raises Clash for a known version.

        A version sets the status of its journey, a draft only that of a new one.
        """
        new = self._session.run(_NEW_JOURNEY, journey=version.journey, status=version.status)
        written = self._session.run(
            _SAVE_VERSION if version.version else _SAVE_DRAFT,
            journey=version.journey,
            version=version.version,
            digest=version.digest,
            published_at=version.published_at,
            follow=int(version.follow),
            redirects=to_json(version.redirects),
            document=to_json(version.document),
        )
        if not written:
            raise Clash(f"version {version.version} of {version.journey} is published and never replaced")
        if version.version and not new:
            self.set_status(version.journey, version.status)

    def journeys(self) -> list[JourneyVersion]:
        """Every journey's drafts and versions, by journey and version."""
        return [
            JourneyVersion(journey, number, from_json(document), digest, published_at, status, bool(follow), from_json(redirects))
            for journey, number, document, digest, published_at, status, follow, redirects in self._session.all(_JOURNEYS)
        ]

    def set_status(self, journey: str, status: str, /) -> None:
        """Change the status of a journey. Raises LookupError when it is unknown."""
        if not self._session.run(_SET_STATUS, journey=journey, status=status):
            raise LookupError(f"no such journey: {journey}")

    def save_template(self, template: Template, /) -> None:
        """Keep a template, replacing the one of that name."""
        document = to_json(template.document)
        self._session.run(
            _SAVE_TEMPLATE, name=keep(template.name), digest=template.digest, updated_at=template.updated_at, document=document
        )

    def templates(self) -> dict[str, Template]:
        """Every template by name."""
        found = (Template(told(name), from_json(document), digest, at) for name, document, digest, at in self._session.all(_TEMPLATES))
        return {template.name: template for template in found}

    def settings(self) -> dict[str, Any]:
        """Every setting by key."""
        return {told(key): from_json(value) for key, value in self._session.all(_SETTINGS)}

    def set_setting(self, key: str, value: Any, /) -> None:
        """Keep a JSON value; None removes the key."""
        if value is None:
            self._session.run(_UNSET, key=keep(key))
        else:
            self._session.run(_SET, key=keep(key), value=to_json(value))

    def workspace_events(self, new: Sequence[Mapping[str, Any]] = (), /) -> list[dict[str, Any]]:
        """Append `new` ({at, kind, journey, version, value}) and answer all, by at then order of arrival."""
        self._session.each(_ADD_EVENTS, [(event["at"], to_json(event)) for event in new])
        return [from_json(document) for (document,) in self._session.all(_EVENTS)]
