"""Publish, pause and resume journeys. A version goes live once its registers hold the whole history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from parcours.app.filling import fill_everybody
from parcours.app.operations import Refusal
from parcours.app.ports import JourneyVersion, Tx
from parcours.app.revision import PREPARING, REVISION
from parcours.app.services import Services
from parcours.core.journey.definition import Journey
from parcours.core.journey.document import parse_journey
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.matchers import canonical

Progress = Callable[[int, int], None]


def publish(
    services: Services,
    progress: Progress,
    document: Mapping[str, Any],
    follow: bool = True,
    redirects: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make the next version of a journey and let it go live. Raises Refusal with every problem; then nothing has changed."""
    journey = _checked(services, document)
    digest = f"{stable_hash(canonical(dict(document))):016x}"
    versions = services.store.read(services.workspace, lambda tx: [v for v in tx.definitions.journeys() if v.journey == journey.key])
    number = max((version.version for version in versions), default=0) + 1
    newest = next((version for version in versions if version.version == number - 1 and version.version > 0), None)
    if newest is not None and newest.digest == digest:
        raise Refusal(f"{journey.key} is published as it stands: version {newest.version} is the same document.")
    draft = JourneyVersion(journey.key, 0, dict(document), digest, 0, newest.status if newest else "draft", follow, dict(redirects or {}))
    services.store.write(services.workspace, lambda tx: _begin(tx, draft))
    try:
        fill_everybody(services, progress)
        moved = services.store.write(services.workspace, lambda tx: _finish(tx, draft, number, services.clock.now()))
    except BaseException:
        services.store.write(services.workspace, lambda tx: _end(tx, journey.key))
        raise
    services.wake()
    return {"journey": journey.key, "version": number, "digest": digest, "people_inside": moved}


def pause(services: Services, _progress: Progress, journey: str) -> dict[str, Any]:
    """Nobody enters and timers hold, from now on. Raises Refusal when it is not live."""
    return _turn_switch(services, journey, "live", "paused")


def resume(services: Services, _progress: Progress, journey: str) -> dict[str, Any]:
    """Go on; each step that came due meanwhile obeys its late policy. Raises Refusal when it is not paused."""
    return _turn_switch(services, journey, "paused", "live")


def _checked(services: Services, document: Mapping[str, Any]) -> Journey:
    journey, problems = parse_journey(document)
    if journey is None:
        lines = [f"{problem.step + ': ' if problem.step else ''}{problem.path}: {problem.en}" for problem in problems]
        raise Refusal("The journey was not published.", lines)
    known = services.store.read(services.workspace, lambda tx: set(tx.definitions.templates()))
    missing = [name for name in templates_of(document) if name not in known]
    if missing:
        lines = [f"The template {name} does not exist. Put it first: parcours templates put FILE." for name in missing]
        raise Refusal("The journey was not published.", lines)
    return journey


def templates_of(document: Mapping[str, Any]) -> list[str]:
    """The templates that a journey document sends, in order, each once."""
    sends = [step["send"] for step in document.get("steps", []) if isinstance(step, Mapping) and isinstance(step.get("send"), Mapping)]
    return list(dict.fromkeys(str(name) for send in sends for name in send.values()))


def _begin(tx: Tx, draft: JourneyVersion) -> None:
    """From now on turns keep the registers of the draft too."""
    tx.definitions.save_journey(draft)
    preparing = tx.definitions.settings().get(PREPARING, [])
    tx.definitions.set_setting(PREPARING, sorted({*preparing, draft.journey}))
    _revise(tx)


def _end(tx: Tx, journey: str) -> None:
    preparing = [key for key in tx.definitions.settings().get(PREPARING, []) if key != journey]
    tx.definitions.set_setting(PREPARING, preparing or None)
    _revise(tx)


def _finish(tx: Tx, draft: JourneyVersion, number: int, now: int) -> int:
    tx.definitions.save_journey(replace(draft, version=number, published_at=now))
    tx.definitions.set_status(draft.journey, "live")
    tx.definitions.workspace_events([{"at": now, "kind": "published", "journey": draft.journey, "version": number, "value": 0}])
    _end(tx, draft.journey)
    return tx.runs.wake(draft.journey, now) if number > 1 else 0


def _turn_switch(services: Services, journey: str, before: str, after: str) -> dict[str, Any]:
    def unit(tx: Tx) -> None:
        known = [version for version in tx.definitions.journeys() if version.journey == journey]
        if not known or known[-1].status != before:
            word = known[-1].status if known else "not known"
            raise Refusal(f"{journey} is {word}, not {before}.")
        now = services.clock.now()
        tx.definitions.set_status(journey, after)
        kind = "paused" if after == "paused" else "resumed"
        tx.definitions.workspace_events([{"at": now, "kind": kind, "journey": journey, "version": 0, "value": 0}])
        if after == "live":
            tx.runs.wake(journey, now)
        _revise(tx)

    services.store.write(services.workspace, unit)
    services.wake()
    return {"journey": journey, "status": after}


def _revise(tx: Tx) -> None:
    tx.definitions.set_setting(REVISION, int(tx.definitions.settings().get(REVISION, 0)) + 1)
