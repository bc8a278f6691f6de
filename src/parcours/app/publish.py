"""Publish, pause and resume journeys. A version goes live once its registers hold the whole history."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from parcours.app.exclusive import Busy, Hold, LeaseLost
from parcours.app.filling import fill_everybody
from parcours.app.operations import Refusal
from parcours.app.ports import JourneyVersion, Tx
from parcours.app.revision import PREPARING, prepared, revise
from parcours.app.services import Services
from parcours.core.journey.definition import Journey
from parcours.core.journey.document import parse_journey
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.matchers import canonical

log = logging.getLogger("parcours.publish")

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
    draft = JourneyVersion(journey.key, 0, dict(document), digest, 0, "draft", follow, dict(redirects or {}))
    try:
        with services.exclusive.hold(_work(journey.key), wait=False) as hold:
            number, moved = _published(services, progress, draft, hold)
    except Busy as busy:
        raise Refusal(f"{journey.key} is being published just now: wait until that is done, then publish again.") from busy
    except LeaseLost as lost:
        raise Refusal(f"{journey.key} was not published: {lost}") from lost
    services.wake()
    return {"journey": journey.key, "version": number, "digest": digest, "people_inside": moved}


def clear_abandoned(services: Services) -> list[str]:
    """End the preparation of journeys whose publication ended with its process; answers their keys. Meant for now and then."""
    abandoned = []
    for journey in prepared(services.store.read(services.workspace, lambda tx: tx.definitions.settings())):
        try:
            with services.exclusive.hold(_work(journey), wait=False) as hold:
                services.store.write(services.workspace, partial(_give_up, journey, hold))
        except Busy:
            continue
        abandoned.append(journey)
        log.warning("The publication of %s did not come to its end: publish it again.", journey)
    return abandoned


def _work(journey: str) -> str:
    """The name under which publishing a journey is exclusive."""
    return f"publish {journey}"


def _published(services: Services, progress: Progress, draft: JourneyVersion, hold: Hold) -> tuple[int, int]:
    """The draft as the next version: its number, and how many people inside follow it."""
    newest = services.store.read(services.workspace, lambda tx: _newest(tx, draft.journey))
    if newest is not None and newest.digest == draft.digest:
        raise Refusal(f"{draft.journey} is published as it stands: version {newest.version} is the same document.")
    draft = replace(draft, status=newest.status if newest else "draft")
    services.store.write(services.workspace, lambda tx: _begin(tx, hold, draft))
    try:
        fill_everybody(services, progress)
        return services.store.write(services.workspace, lambda tx: _finish(tx, hold, draft, services.clock.now()))
    except BaseException:
        services.store.write(services.workspace, partial(_give_up, draft.journey, hold))
        raise


def _newest(tx: Tx, journey: str) -> JourneyVersion | None:
    """The version published last."""
    versions = [version for version in tx.definitions.journeys() if version.journey == journey and version.version > 0]
    return max(versions, key=lambda version: version.version, default=None)


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


def _begin(tx: Tx, hold: Hold, draft: JourneyVersion) -> None:
    """From now on turns keep the registers of the draft too."""
    hold.confirm(tx)
    tx.definitions.save_journey(draft)
    tx.definitions.set_setting(PREPARING + draft.journey, True)
    revise(tx)


def _end(tx: Tx, journey: str) -> None:
    tx.definitions.set_setting(PREPARING + journey, None)
    revise(tx)


def _give_up(journey: str, hold: Hold, tx: Tx) -> None:
    """End a preparation that leads to nothing, unless somebody else prepares the journey by now."""
    if hold.lasts(tx):
        _end(tx, journey)


def _finish(tx: Tx, hold: Hold, draft: JourneyVersion, now: int) -> tuple[int, int]:
    hold.confirm(tx)
    newest = _newest(tx, draft.journey)
    number = newest.version + 1 if newest else 1
    tx.definitions.save_journey(replace(draft, version=number, published_at=now))
    paused = newest is not None and newest.status == "paused"  # it stays so: only a resume lets the kernel go on
    tx.definitions.set_status(draft.journey, "paused" if paused else "live")
    tx.definitions.workspace_events([{"at": now, "kind": "published", "journey": draft.journey, "version": number, "value": 0}])
    _end(tx, draft.journey)
    return number, tx.runs.wake(draft.journey, now) if newest else 0


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
        revise(tx)

    services.store.write(services.workspace, unit)
    services.wake()
    return {"journey": journey, "status": after}
