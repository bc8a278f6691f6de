"""Linking: what is published (and what is being prepared), compiled once and linked again only when something changed."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from parcours.app.ports import JourneyVersion, Tx
from parcours.app.revision import REVISION, prepared
from parcours.app.stages import STAGES_KEY
from parcours.app.zones import table_of
from parcours.core.journey import Linked, Placed, Program, WorkspaceEvent, compile_journey, link, parse_journey
from parcours.core.journey.observe import observed
from parcours.core.terms.events import NEVER


class Linking:
    """Answers the linked programs of a workspace, as its transaction sees them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._programs: dict[str, Program] = {}
        self._zones: set[str] = set()
        self._key: tuple[Any, ...] = ()
        self._linked: Linked | None = None

    def __call__(self, tx: Tx, zones: Sequence[str | None] = ()) -> Linked:
        """The programs, with at least these zones."""
        settings = tx.definitions.settings()
        with self._lock:
            self._zones.update(zone for zone in zones if zone)
            key = (tx.workspace, len(self._zones), settings.get(REVISION), settings.get("zone"), *prepared(settings))
            if self._linked is None or key != self._key:
                self._linked = self._build(tx, settings)
                self._key = key
            return self._linked

    def _build(self, tx: Tx, settings: Mapping[str, Any]) -> Linked:
        preparing = set(prepared(settings))
        versions = [version for version in tx.definitions.journeys() if version.version > 0 or version.journey in preparing]
        return link(
            [*(self._placed(version) for version in versions), *self._stages(settings)],
            workspace_events=[WorkspaceEvent(**event) for event in tx.definitions.workspace_events()],
            zones=table_of(self._zones, str(settings.get("zone", "Europe/Paris"))),
        )

    def _stages(self, settings: Mapping[str, Any]) -> list[Placed]:
        """The rules of the workspace's stages: their registers are kept, nobody enters."""
        conditions = [stage["when"] for stage in settings.get("stages") or () if "when" in stage]
        return [Placed(observed(STAGES_KEY, conditions), 1, NEVER)] if conditions else []

    def _placed(self, version: JourneyVersion) -> Placed:
        program = self._programs.get(version.digest)
        if program is None:
            journey, problems = parse_journey(version.document)
            if journey is None:
                raise ValueError(f"{version.journey} version {version.version} no longer reads: {problems[0].en}")
            program = self._programs[version.digest] = compile_journey(journey)
        published = version.published_at if version.version > 0 else NEVER
        return Placed(program, version.version, published, version.follow, version.redirects)
