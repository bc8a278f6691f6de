"""Messages by state, decisions about uncertain ones, and the switch that holds all sending."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query

from parcours.api.guard import Held, SignedIn, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer, Body, Instant, Text
from parcours.app.operations import Refusal, run
from parcours.app.pages import messages as page

router = APIRouter(prefix="/api", tags=["messages"], dependencies=[Depends(signed_in)], responses=answers(401))

State = Literal["planned", "claimed", "sent", "uncertain", "delivered", "bounced", "complained", "skipped", "failed", "withheld"]
CURSOR: Final = r"^[0-9]{1,18}\.[0-9a-f]{32}$"
Identity = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class MessageAnswer(Answer):
    """One intended send, where it stands and why; `next_at` is when it is tried, while it is planned."""

    id: str
    contact: str
    person: str
    journey: str
    journey_title: Text
    step: str
    template: str
    topic: str
    transactional: bool
    state: State
    why: Text
    attempts: int
    planned_at: Instant
    next_at: Instant | None
    updated_at: Instant


class MessagePageAnswer(Answer):
    """Part of the messages, newest planned first; `next` is the `before` of the following part; `counts` by state."""

    messages: list[MessageAnswer]
    next: str | None
    counts: dict[str, int]


class Verdict(Body):
    """What somebody found out about an uncertain message: it arrived, or it is to be sent again."""

    verdict: Literal["arrived", "again"]


class SendingAnswer(Answer):
    """Whether sending is on hold; how many messages wait, failed, and are uncertain."""

    hold: bool
    planned: int
    failed: int
    uncertain: int


class HoldSwitch(Body):
    """True: nothing leaves from now on. False: what waited leaves."""

    hold: bool


@router.get("/messages", response_model=MessagePageAnswer)
def read_messages(
    services: Held,
    state: Annotated[list[State] | None, Query()] = None,
    before: Annotated[str | None, Query(pattern=CURSOR)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> page.MessagePage:
    """Messages, newest planned first; `state` may be given several times, none means every state."""
    return page.list_messages(services, [str(each) for each in state or ()], before, limit)


@router.post("/messages/{message_id}/verdict", response_model=MessageAnswer, responses=answers(403, 404, 409, 415, 422, 503))
def decide_message(message_id: Identity, body: Verdict, member: SignedIn, services: Held) -> page.MessageRow:
    """Decide about an uncertain message; the person's timeline tells of it."""
    if page.read_message(services, message_id) is None:
        raise Refused(404, "no_such_message", "There is no message with this id.")
    _do(services, "messages.resolve", {"message": message_id, "verdict": body.verdict, "by": member.email})
    found = page.read_message(services, message_id)
    assert found is not None
    return found


@router.get("/sending", response_model=SendingAnswer)
def read_sending(services: Held) -> page.Sending:
    """Whether sending is on hold, and what needs a look."""
    return page.sending(services)


@router.put("/sending", response_model=SendingAnswer, responses=answers(403, 409, 415, 422, 503))
def change_sending(body: HoldSwitch, services: Held) -> page.Sending:
    """Hold all sending, or let it go on."""
    _do(services, "settings.set", {"key": "sending", "value": "hold" if body.hold else "on"})
    services.wake()
    return page.sending(services)


def _do(services: Held, operation: str, arguments: dict[str, Any]) -> None:
    try:
        run(services, operation, arguments, lambda _done, _total: None)
    except Refusal as refusal:
        raise Refused(409, "not_possible_now", str(refusal)) from refusal
