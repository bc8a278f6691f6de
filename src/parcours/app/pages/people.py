"""The list of people, and the page of one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parcours.app.pages.names import display_name, email_of, stage_of, stage_titles, two_languages
from parcours.app.ports import Contact, Tx
from parcours.app.services import Services
from parcours.core.journey.state import RunRecord, Status
from parcours.core.terms.events import NEVER


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. Instants are UTC microseconds; `last_seen` None when nothing was ever heard."""

    id: str
    name: str
    email: str
    user_id: str | None
    stage: str
    stage_title: Mapping[str, str]
    tags: tuple[str, ...]
    created: int
    last_seen: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the list: `next` is the cursor of the following part, None at the end; `total` counts everybody, whatever was searched."""

    people: list[Row]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Stay:
    """Where the person stands in a journey. `state` is live, finished or ended."""

    journey: str
    title: Mapping[str, str]
    step: str
    state: str
    entered: int
    since: int
    due: int | None
    holdout: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything kept about one person, apart from the timeline."""

    person: Row
    attributes: Mapping[str, Any]
    consents: Mapping[str, bool]
    holds: tuple[str, ...]
    stays: list[Stay]


def list_people(services: Services, search: str, after: str | None, limit: int) -> Page:
    """People whose name, e-mail or id contains `search`, in the order they came, `limit` at a time."""

    def unit(tx: Tx) -> Page:
        start = tx.people.by_public_id(after) if after else None
        found = tx.people.search(search.strip(), start.id if start else 0, limit + 1)
        more = found[limit - 1].public_id if len(found) > limit else None
        titles = stage_titles(tx.definitions.settings())
        return Page([_row(contact, titles) for contact in found[:limit]], more, tx.people.count())

    return services.store.read(services.workspace, unit)


def profile(services: Services, public_id: str) -> Profile | None:
    """The page of one person; None when nobody has this id (any more)."""

    def unit(tx: Tx) -> Profile | None:
        contact = tx.people.by_public_id(public_id)
        if contact is None:
            return None
        titles = {version.journey: two_languages(version.document.get("title"), version.journey) for version in tx.definitions.journeys()}
        runs = tx.runs.records([contact.id])[0].runs
        stays = [_stay(run, titles.get(run.journey, {"fr": run.journey, "en": run.journey})) for run in runs]
        stays.sort(key=lambda stay: (stay.state != "live", -stay.entered))
        row = _row(contact, stage_titles(tx.definitions.settings()))
        return Profile(row, dict(contact.attributes), dict(contact.consents), contact.holds, stays)

    return services.store.read(services.workspace, unit)


def _row(contact: Contact, stages: Mapping[str, Mapping[str, str]]) -> Row:
    stage = stage_of(contact)
    return Row(
        id=contact.public_id,
        name=display_name(contact),
        email=email_of(contact),
        user_id=contact.user_id,
        stage=stage,
        stage_title=stages.get(stage, {"fr": stage, "en": stage}),
        tags=contact.tags,
        created=contact.created,
        last_seen=None if contact.last_seen <= 0 else contact.last_seen,
    )


def _stay(run: RunRecord, title: Mapping[str, str]) -> Stay:
    due = None if run.due >= NEVER else run.due
    return Stay(run.journey, title, run.step, Status(run.status).name.lower(), run.entered, run.since, due, run.arm != 0)
