"""The settings that people change while Parcours runs: each has a name, a shape and a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.filling import fill_everybody
from parcours.app.operations import Refusal
from parcours.app.ports import Tx
from parcours.app.revision import revise
from parcours.app.services import Services
from parcours.core.journey.pressure import parse_cap, read_quiet
from parcours.core.terms.conditions.catalogue import EMPTY_CATALOGUE
from parcours.core.terms.conditions.parse import parse_condition


def _is_zone(value: Any) -> str | None:
    import zoneinfo

    known = isinstance(value, str) and value in zoneinfo.available_timezones()
    return None if known else "Give the name of a time zone, for instance Europe/Paris."


def _is_text(value: Any) -> str | None:
    return None if isinstance(value, str) and 0 < len(value) <= 255 else "Give a text of 1 to 255 characters."


def _is_languages(value: Any) -> str | None:
    fine = isinstance(value, list) and value and all(language in ("fr", "en") for language in value)
    return None if fine else 'Give a list of languages, for instance ["fr", "en"]; the first is the default.'


def _is_quiet(value: Any) -> str | None:
    if value is not None and not isinstance(value, Mapping):
        return 'Give {"from": "21:00", "to": "08:00"}, or null for none.'
    try:
        read_quiet(value)
    except ValueError as error:
        return f'{error} Give {{"from": "21:00", "to": "08:00"}}, or null for none.'
    return None


def _is_caps(value: Any) -> str | None:
    examples = '[{"channel": "email", "most": 3, "within": "7d"}] or [{"topic": "offers", "most": 1, "per": "day"}]'
    if not isinstance(value, list):
        return f"Give a list such as {examples}."
    problems = [problem for number, cap in enumerate(value) for problem in parse_cap(cap, f"caps.{number}")[1]]
    return " ".join(f"{problem.path}: {problem.en}" for problem in problems) or None


def _is_sending(value: Any) -> str | None:
    return None if value in ("on", "hold") else "Give on or hold; while on hold no message leaves, and those planned wait."


def _is_stages(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(stage, Mapping) and isinstance(stage.get("key"), str) for stage in value):
        example = '[{"key": "customer", "title": {"fr": "Client", "en": "Customer"}, "when": {"event": "Order Completed"}}]'
        return f"Give a list such as {example}."
    for stage in value:
        problems = parse_condition(stage["when"], EMPTY_CATALOGUE, f"stages.{stage['key']}.when")[1] if "when" in stage else []
        if problems:
            return " ".join(problem.en for problem in problems)
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it is (en, fr) and its check, which answers a sentence when a value is wrong."""

    en: str
    fr: str
    check: Callable[[Any], str | None]


SETTINGS: Final[dict[str, Setting]] = {
    "name": Setting("The workspace's name.", "Le nom de l'espace.", _is_text),
    "zone": Setting("The time zone of contacts that have none.", "Le fuseau des contacts qui n'en ont pas.", _is_zone),
    "languages": Setting("Languages of messages, the default first.", "Langues des messages, la première par défaut.", _is_languages),
    "currency": Setting("The currency of amounts that name none.", "La devise des montants qui n'en nomment pas.", _is_text),
    "quiet_hours": Setting("When marketing waits, in the contact's zone.", "Quand le marketing attend, à l'heure du contact.", _is_quiet),
    "caps": Setting("How many messages at the most.", "Combien de messages au plus.", _is_caps),
    "sending": Setting("Whether messages are sent: on or hold.", "Si les messages partent : on ou hold.", _is_sending),
    "stages": Setting("Stages of the relation, the first that fits wins.", "Étapes de la relation, la première qui convient.", _is_stages),
}

DATED: Final = ("caps", "quiet_hours")
"""Settings that the kernel obeys from the instant of their change on."""
LINKED: Final = (*DATED, "stages")
"""Settings that change what is linked."""


def set_setting(services: Services, progress: Callable[[int, int], None], key: str, value: Any) -> dict[str, Any]:
    """Change one setting. Raises Refusal for an unknown name or a value that does not fit."""
    if key not in SETTINGS:
        raise Refusal(f"There is no setting called {key}. There are: {', '.join(SETTINGS)}.")
    problem = SETTINGS[key].check(value)
    if problem is not None:
        raise Refusal(f"{key} was not changed.", [problem])

    def unit(tx: Tx) -> None:
        tx.definitions.set_setting(key, value)
        if key in LINKED:
            revise(tx)
        if key in DATED:
            happened = {"at": services.clock.now(), "kind": "settings", "journey": "", "version": 0, "value": {key: value}}
            tx.definitions.workspace_events([happened])

    services.store.write(services.workspace, unit)
    if key == "stages":
        fill_everybody(services, progress)
    progress(1, 1)
    return {key: value}


def check_settings(values: Mapping[str, Any]) -> None:
    """Raises Refusal with every value that does not fit."""
    problems = [f"{key}: {problem}" for key, value in values.items() if (problem := SETTINGS[key].check(value)) is not None]
    if problems:
        raise Refusal("The settings do not fit.", problems)
