"""A journey document (plain values, as YAML or JSON reads them) to a Journey, with all its problems at once; and back."""

from collections.abc import Mapping
from typing import Any, Final

from parcours.core.journey import shapes
from parcours.core.journey.checks import check_graph
from parcours.core.journey.definition import Absence, Entry, Exit, Goal, Journey, Reentry
from parcours.core.journey.steps import STEP_KINDS
from parcours.core.journey.steps.kind import Place, Step
from parcours.core.journey.steps.reading import read_step
from parcours.core.terms.conditions.catalogue import EMPTY_CATALOGUE, Catalogue
from parcours.core.terms.conditions.render import render_condition
from parcours.core.terms.conditions.values import PATH
from parcours.core.terms.durations import format_duration
from parcours.core.terms.problems import Problem
from parcours.core.terms.shape_types import DURATION, PERCENT, Refused
from parcours.core.terms.shapes import near

PROPERTIES: Final = "properties."


def parse_journey(document: Any, catalogue: Catalogue = EMPTY_CATALOGUE) -> tuple[Journey | None, tuple[Problem, ...]]:
    """The journey a document describes, and every problem found; the journey is None exactly when there are problems.

    With a catalogue the names of events, segments, stages, scores and topics are checked; with EMPTY_CATALOGUE every name is allowed.
    """
    problems: list[Problem] = []
    place = Place("", None, catalogue, problems)
    fields = place.fields(shapes.JOURNEY, document)
    if not isinstance(document, Mapping):
        return None, tuple(problems)
    values = fields if fields is not None else _readable(document)
    journey = _read(values, place)
    check_graph(journey, place)
    return (None, tuple(problems)) if problems else (journey, ())


def _readable(document: Mapping[str, Any]) -> dict[str, Any]:
    """What can still be read of a document with problems, so that the problems of its parts are found too."""
    kept: dict[str, Any] = {}
    for field in shapes.JOURNEY.fields:
        try:
            kept[field.name] = field.type.read(document[field.name])
        except (KeyError, Refused):
            continue
    return kept


def _read(values: dict[str, Any], place: Place) -> Journey:
    transactional = values.get("transactional", False)
    instance = _instance(values.get("instance"), place)
    _known_names(values, place)
    goal = place.inside("goal").fields(shapes.GOAL, values["goal"]) if "goal" in values else None
    exit_fields = place.inside("exit").fields(shapes.EXIT_MODE, values["exit"]) if "exit" in values else None
    exits = [_exit(each, place.inside("exits").inside(index), instance) for index, each in enumerate(values.get("exits", ()))]
    steps = [read_step(each, place.inside("steps").inside(index)) for index, each in enumerate(values.get("steps", ()))]
    return Journey(
        key=values.get("journey", ""),
        entries=_entries(values.get("entry", ()), place),
        steps=tuple(step for step in steps if step is not None),
        title=values.get("title", {}),
        owner=values.get("owner"),
        stage=values.get("stage"),
        instance=instance,
        reentry=_reentry(values.get("reentry", "never"), place),
        goal=None if goal is None else _goal(goal, place.inside("goal"), instance),
        exit_when=exit_fields["when"] if exit_fields is not None else "goal",
        exits=tuple(each for each in exits if each is not None),
        holdout=values.get("holdout", 0 if transactional else 1_000),
        topic=values.get("topic"),
        transactional=transactional,
        priority=values.get("priority", 50),
    )


def _known_names(values: dict[str, Any], place: Place) -> None:
    for key, known, kind, kind_fr in (
        ("stage", place.catalogue.stages, "stage", "étape de carte"),
        ("topic", place.catalogue.topics, "topic", "sujet"),
    ):
        if key in values:
            _known(values[key], known, key, (kind, kind_fr), place)


def _known(name: str, known: tuple[str, ...] | None, key: str, kind: tuple[str, str], place: Place) -> None:
    if known is not None and name not in known:
        en, fr = near(name, known)
        place.report(f"unknown_{kind[0]}", key, f"there is no {kind[0]} `{name}`{en}", f"il n'y a pas de {kind[1]} « {name} »{fr}")


def _event(name: str, key: str, place: Place) -> None:
    _known(name, place.catalogue.events, key, ("event", "événement"), place)


def _instance(written: str | None, place: Place) -> str | None:
    if written is None:
        return None
    path = written.removeprefix(PROPERTIES)
    if written == path or PATH.fullmatch(path) is None or "[]" in path:
        en, fr = (
            "write one property of the entry event, as `properties.cart_id`",
            "écrivez une propriété de l'entrée, comme `properties.cart_id`",
        )
        place.report("bad_path", "instance", en, fr)
        return None
    return path


def _same(fields: dict[str, Any], place: Place, instance: str | None) -> bool:
    if "same" in fields and instance is None:
        en, fr = (
            "say at the top which property is the `instance`, or remove this",
            "dites en haut quelle propriété est `instance`, ou enlevez ceci",
        )
        place.report("no_instance", "same", en, fr)
    return "same" in fields


def _entries(written: tuple[Any, ...], place: Place) -> tuple[Entry, ...]:
    entries = []
    for index, each in enumerate(written):
        here = place.inside("entry").inside(index)
        fields = here.fields(shapes.ENTRY, each)
        entry = None if fields is None else _entry(fields, here)
        if entry is not None:
            entries.append(entry)
    return tuple(entries)


def _entry(fields: dict[str, Any], place: Place) -> Entry | None:
    here = place.inside("on")
    on = here.fields(shapes.ON, fields["on"])
    if on is None:
        return None
    _event(on["event"], "event", here)
    where = place.condition(fields["where"], "where", event=on["event"]) if "where" in fields else None
    if ("without" in on) != ("within" in on):
        missing = "within" if "without" in on else "without"
        here.report(
            "missing_key", missing, f"`{missing}` is missing: an absence says both", f"« {missing} » manque : une absence dit les deux"
        )
        return None
    if "without" not in on:
        return Entry(on["event"], None, where)
    _event(on["without"], "without", here)
    return Entry(on["event"], Absence(on["without"], on["within"]), where)


def _goal(fields: dict[str, Any], place: Place, instance: str | None) -> Goal:
    _event(fields["event"], "event", place)
    where = place.condition(fields["where"], "where", fields["event"], True) if "where" in fields else None
    return Goal(fields["event"], fields["within"], where, _same(fields, place, instance))


def _exit(written: Any, place: Place, instance: str | None) -> Exit | None:
    fields = place.fields(shapes.EXIT, written)
    if fields is None:
        return None
    _event(fields["event"], "event", place)
    where = place.condition(fields["where"], "where", fields["event"], True) if "where" in fields else None
    return Exit(fields["event"], where, _same(fields, place, instance))


def _reentry(written: Any, place: Place) -> Reentry:
    if written == "never":
        return Reentry("never")
    if written == "after_exit":
        return Reentry("after_exit")
    if not isinstance(written, dict):
        en, fr = "write never, after_exit, or `{after: 7d}`", "écrivez never, after_exit, ou `{after: 7d}`"
        place.report("unknown_word", "reentry", f"`reentry`: {en}", f"« reentry » : {fr}")
        return Reentry()
    fields = place.inside("reentry").fields(shapes.REENTRY, written)
    return Reentry() if fields is None else Reentry("after", fields["after"])


def to_document(journey: Journey) -> dict[str, Any]:
    """The document of a journey, without what is as it would be unsaid: `parse_journey(to_document(journey))` is the journey again."""
    document: dict[str, Any] = {"journey": journey.key}
    document |= {"title": dict(journey.title)} if journey.title else {}
    document |= {key: value for key, value in (("owner", journey.owner), ("stage", journey.stage)) if value is not None}
    document["entry"] = [_entry_document(entry) for entry in journey.entries]
    document |= {"instance": PROPERTIES + journey.instance} if journey.instance else {}
    document |= _reentry_document(journey.reentry)
    document |= {"goal": _rule_document(journey.goal)} if journey.goal else {}
    document |= {"exit": {"when": journey.exit_when}} if journey.exit_when != "goal" else {}
    document |= {"exits": [_rule_document(each) for each in journey.exits]} if journey.exits else {}
    document |= {"holdout": PERCENT.write(journey.holdout)} if journey.holdout != (0 if journey.transactional else 1_000) else {}
    document |= {"topic": journey.topic} if journey.topic is not None else {}
    document |= {"transactional": True} if journey.transactional else {}
    document |= {"priority": journey.priority} if journey.priority != 50 else {}
    return document | {"steps": [_step_document(step) for step in journey.steps]}


def _reentry_document(reentry: Reentry) -> dict[str, Any]:
    if reentry.mode == "never":
        return {}
    return {"reentry": {"after": DURATION.write(reentry.after)} if reentry.mode == "after" else "after_exit"}


def _entry_document(entry: Entry) -> dict[str, Any]:
    on: dict[str, Any] = {"event": entry.event}
    if entry.absence is not None:
        on |= {"without": entry.absence.without, "within": format_duration(entry.absence.within)}
    return {"on": on} | ({"where": render_condition(entry.where)} if entry.where is not None else {})


def _rule_document(rule: Goal | Exit) -> dict[str, Any]:
    document: dict[str, Any] = {"event": rule.event}
    document |= {"where": render_condition(rule.where)} if rule.where is not None else {}
    document |= {"within": format_duration(rule.within)} if isinstance(rule, Goal) else {}
    return document | ({"same": "instance"} if rule.same else {})


def _step_document(step: Step) -> dict[str, Any]:
    return {"id": step.id} | STEP_KINDS[step.kind].write(step.body) | ({"next": step.next} if step.next is not None else {})
