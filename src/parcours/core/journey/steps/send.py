"""send: one message on one channel."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import EMIT, LATE_NEXT_SLOT, LATE_SEND, LATE_SKIP
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.conditions.forms import CHANNELS
from parcours.core.terms.durations import LONGEST, format_duration
from parcours.core.terms.shape_types import ANY, DURATION, OBJECT, choice
from parcours.core.terms.shapes import Field, Shape, near

LATE: Final = {"send": LATE_SEND, "skip": LATE_SKIP, "next_slot": LATE_NEXT_SLOT}
LATE_SHAPE: Final = Shape(
    "when_late",
    "What to do when the message is ready too late.",
    "Que faire quand le message est prêt trop tard.",
    (
        Field("after", DURATION, "Later than this is late.", "Plus tard que cela est en retard.", required=True, maximum=LONGEST),
        Field(
            "do",
            choice(*LATE),
            "Send all the same, skip, or wait for the next slot.",
            "Envoyer, sauter, ou attendre le prochain créneau.",
            required=True,
        ),
    ),
)
RETRY_SHAPE: Final = Shape(
    "on_cap",
    "Try again while the cap is reached.",
    "Réessayer tant que le plafond est atteint.",
    (Field("retry", DURATION, "For so long at most.", "Pendant tant de temps au plus.", required=True, minimum=1_000, maximum=LONGEST),),
)


@dataclass(frozen=True, slots=True)
class Send:
    """`send: {email: cart-reminder}`; `late_after` is NO_LIMIT (-1) without `when_late`; `retry` 0 skips when a cap is reached."""

    channel: str
    template: str
    late_after: int = -1
    late_do: str = "send"
    retry: int = 0
    expires: int = -1


def _message(written: dict[str, Any], place: Place) -> tuple[str, str] | None:
    for key in written:
        if key not in CHANNELS:
            en, fr = near(str(key), CHANNELS)
            listed = ", ".join(CHANNELS)
            place.report(
                "unknown_key", str(key), f"`{key}` is no channel: use one of {listed}{en}", f"« {key} » n'est pas un canal : {listed}{fr}"
            )
            return None
    if len(written) != 1:
        place.report(
            "missing_key",
            "",
            "name one channel and its template, as `email: welcome`",
            "nommez un canal et son modèle, comme `email: welcome`",
        )
        return None
    ((channel, template),) = written.items()
    if not isinstance(template, str) or not template:
        place.report("wrong_type", channel, "write the name of a template", "écrivez le nom d'un modèle")
        return None
    return channel, template


def _retry(written: Any, place: Place) -> int | None:
    if written in (None, "skip"):
        return 0
    if not isinstance(written, dict):
        place.report("wrong_type", "", "write skip, or `{retry: 2d}`", "écrivez skip, ou `{retry: 2d}`")
        return None
    fields = place.fields(RETRY_SHAPE, written)
    return None if fields is None else int(fields["retry"])


def read(values: dict[str, Any], place: Place) -> Send | None:
    """The channel, the template, and what to do when it is late or capped."""
    message = _message(values["send"], place.inside("send"))
    late: dict[str, Any] | None = {"after": -1, "do": "send"}
    if "when_late" in values:
        late = place.inside("when_late").fields(LATE_SHAPE, values["when_late"])
    retry = _retry(values.get("on_cap"), place.inside("on_cap"))
    if message is None or late is None or retry is None:
        return None
    return Send(*message, late["after"], late["do"], retry, values.get("expires", -1))


def write(body: Send) -> dict[str, Any]:
    """The step as it is written."""
    document: dict[str, Any] = {"send": {body.channel: body.template}}
    document |= {"when_late": {"after": format_duration(body.late_after), "do": body.late_do}} if body.late_after >= 0 else {}
    document |= {"on_cap": {"retry": format_duration(body.retry)}} if body.retry else {}
    return document | ({"expires": format_duration(body.expires)} if body.expires >= 0 else {})


def lower(body: Send, out: Lowering) -> None:
    """One EMIT row: under which limits the message is, and its late policy."""
    out.payload("send", {"channel": body.channel, "template": body.template, "topic": out.topic, "transactional": out.transactional})
    message = out.message(body.channel, out.topic, out.transactional)
    out.row(EMIT, message, body.late_after, LATE[body.late_do], body.retry, body.expires)


def sentence(body: Send, language: str) -> str:
    """What the step does, in one sentence."""
    return f"Envoie « {body.template} » ({body.channel})." if language == "fr" else f"Sends `{body.template}` by {body.channel}."


KIND: Final = StepKind(
    name="send",
    en="Sends a message, unless permission, quiet hours, a cap or lateness say otherwise.",
    fr="Envoie un message, sauf si la permission, les heures calmes, un plafond ou le retard s'y opposent.",
    fields=(
        Field("send", OBJECT, "The channel and its template.", "Le canal et son modèle.", required=True),
        Field("when_late", OBJECT, "What to do when it is ready too late.", "Que faire s'il est prêt trop tard."),
        Field("on_cap", ANY, "skip (default), or retry for so long.", "skip (par défaut), ou réessayer pendant tant de temps."),
        Field("expires", DURATION, "Not sent any more after so long.", "Plus envoyé après tant de temps.", minimum=1_000, maximum=LONGEST),
    ),
    read=read,
    write=write,
    lower=lower,
    sentence=sentence,
    sends=True,
)
