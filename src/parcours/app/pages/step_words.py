"""What each step of a journey does, in one sentence: the kind's own, with durations and conditions in words. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from parcours.app.pages.wording import condition, duration
from parcours.core.journey.definition import Journey
from parcours.core.journey.document import parse_journey
from parcours.core.journey.steps import STEP_KINDS

_CHANGES: Final = {"tag": ("Tag", "Étiquette"), "untag": ("Remove the tag", "Retirer l'étiquette")}
_WEEKDAYS: Final = {
    "mon": ("Monday", "lundi"),
    "tue": ("Tuesday", "mardi"),
    "wed": ("Wednesday", "mercredi"),
    "thu": ("Thursday", "jeudi"),
    "fri": ("Friday", "vendredi"),
    "sat": ("Saturday", "samedi"),
    "sun": ("Sunday", "dimanche"),
}


def step_sentences(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A sentence per step id, in both languages. A draft with problems gets the sentences of its kinds."""
    journey, _ = parse_journey(dict(document))
    told = _own(journey) if journey is not None else {}
    found = {}
    for step in document.get("steps", []):
        name = str(step.get("id", ""))
        own = told.get(name, {})
        found[name] = {language: _closer(step, language) or own.get(language) or _kind(step, language) for language in ("fr", "en")}
    return found


def entry_sentence(document: Mapping[str, Any]) -> dict[str, str]:
    """When people enter: the events, with their filters."""
    entries = [entry for entry in document.get("entry", []) if isinstance(entry, Mapping)]
    fr, en = ([_entry(entry, language) for entry in entries] for language in ("fr", "en"))
    return {"fr": "Entrée : " + " ou ".join(fr), "en": "Entry: " + " or ".join(en)}


def _own(journey: Journey) -> dict[str, dict[str, str]]:
    """The sentences that the kinds themselves give."""
    return {step.id: {language: STEP_KINDS[step.kind].sentence(step.body, language) for language in ("fr", "en")} for step in journey.steps}


def _kind(step: Mapping[str, Any], language: str) -> str:
    kind = next((kind for name, kind in STEP_KINDS.items() if name in step), None)
    return str(step.get("id", "?")) if kind is None else (kind.fr if language == "fr" else kind.en)


def _closer(step: Mapping[str, Any], language: str) -> str | None:
    """A sentence closer to the document than the kind's, where we have one."""
    fr = language == "fr"
    if isinstance(step.get("wait"), str):
        return f"{'Attendre' if fr else 'Wait'} {duration(step['wait'], language)}"
    if isinstance(step.get("wait"), Mapping) and isinstance(step["wait"].get("until"), Mapping):
        return _until(step["wait"]["until"], language)
    for kind, (en_word, fr_word) in _CHANGES.items():
        if isinstance(step.get(kind), str):
            return f"{fr_word if fr else en_word} {'« ' if fr else '“'}{step[kind]}{' »' if fr else '”'}"
    if isinstance(step.get("wait_for"), Mapping):
        most = duration(step.get("timeout"), language)
        asked = condition(step["wait_for"], language)
        return f"Attendre : {asked} ({most} au plus)" if fr else f"Wait for: {asked} (at most {most})"
    if isinstance(step.get("send"), Mapping) and step["send"]:
        channel, template = next(iter(step["send"].items()))
        names = {"email": ("E-mail", "E-mail")}
        return f"{names.get(channel, (channel, channel))[0 if fr else 1]} {'« ' if fr else '“'}{template}{' »' if fr else '”'}"
    if isinstance(step.get("branch"), list) and len(step["branch"]) == 1 and isinstance(step["branch"][0], Mapping):
        return f"{'Si' if fr else 'If'} {condition(step['branch'][0].get('if'), language)}"
    return None


def _until(until: Mapping[str, Any], language: str) -> str:
    """`{time: "09:00", in_days: 2, weekdays: [mon]}` in words."""
    fr = language == "fr"
    days = until.get("in_days", 0)
    text = f"Attendre {until.get('time')}" if fr else f"Wait until {until.get('time')}"
    if days:
        text += f", {days} {'jour' if fr else 'day'}{'s' if days > 1 else ''} {'plus tard' if fr else 'later'}"
    if until.get("weekdays"):
        names = [_WEEKDAYS.get(day, (day, day))[1 if fr else 0] for day in until["weekdays"]]
        text += f", {'un' if fr else 'on'} {' ou '.join(names) if fr else ' or '.join(names)}"
    return text + (" (heure locale)" if fr else " (local time)")


def _entry(entry: Mapping[str, Any], language: str) -> str:
    on = entry.get("on")
    fr = language == "fr"
    if not isinstance(on, Mapping):
        return str(on)
    text = condition({"event": on.get("event", "?")}, language)
    if "without" in on:
        absence = condition({"event": on["without"]}, language)
        within = duration(on.get("within"), language)
        text += f" sans {absence} pendant {within}" if fr else f" without {absence} for {within}"
    if "where" in entry:
        text += f", {'si' if fr else 'if'} {condition(entry['where'], language)}"
    return text
