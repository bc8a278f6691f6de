"""The list of people, a person's page and timeline."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from parcours.api.guard import Held, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer, Instant, Text
from parcours.app.pages import people as page
from parcours.app.pages import timeline as moments

router = APIRouter(prefix="/api/people", tags=["people"], dependencies=[Depends(signed_in)], responses=answers(401))


class PersonAnswer(Answer):
    """One person, as in a list."""

    id: str
    name: str
    email: str
    user_id: str | None
    stage: str
    stage_title: Text
    tags: list[str]
    created: Instant
    last_seen: Instant | None


class PeopleAnswer(Answer):
    """Part of the list; `next` is the `after` of the following part; `total` counts everybody."""

    people: list[PersonAnswer]
    next: str | None
    total: int


class StayAnswer(Answer):
    """Where the person stands in a journey."""

    journey: str
    title: Text
    step: str
    state: str
    entered: Instant
    since: Instant
    due: Instant | None
    holdout: bool


class ProfileAnswer(Answer):
    """Everything kept about one person, apart from the timeline."""

    person: PersonAnswer
    attributes: dict[str, Any]
    consents: dict[str, bool]
    holds: list[str]
    stays: list[StayAnswer]


class MomentAnswer(Answer):
    """One line of a timeline: an event, a decision or a message."""

    key: str
    at: Instant
    source: moments.Source
    name: str
    sentence: Text
    journey: str
    journey_title: Text
    step: str
    detail: str
    mail: int | None
    properties: dict[str, Any]


class TimelineAnswer(Answer):
    """Part of a timeline, newest first; `next` is the `before` of the following part."""

    moments: list[MomentAnswer]
    next: str | None


def nobody() -> Refused:
    """Nobody has this id."""
    return Refused(404, "no_such_person", "Nobody has this id; the person may have been erased or merged.")


@router.get("", response_model=PeopleAnswer)
def read_people(
    services: Held,
    search: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> page.Page:
    """People, in the order they came; `search` in name, e-mail and ids."""
    return page.list_people(services, search, after, limit)


@router.get("/{public_id}", response_model=ProfileAnswer, responses=answers(404))
def read_person(public_id: str, services: Held) -> page.Profile:
    """One person's page."""
    found = page.profile(services, public_id)
    if found is None:
        raise nobody()
    return found


@router.get("/{public_id}/timeline", response_model=TimelineAnswer, responses=answers(404))
def read_timeline(
    public_id: str,
    services: Held,
    before: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> moments.Timeline:
    """What happened, what was decided and why, what was sent; newest first."""
    found = moments.timeline(services, public_id, before, limit)
    if found is None:
        raise nobody()
    return found
