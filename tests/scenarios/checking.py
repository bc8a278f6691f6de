"""What a scenario promises, compared with an outcome; differences are sentences."""

from datetime import UTC, timedelta
from typing import Any

from tests.laws.case import Line, Outcome, payload_of
from tests.laws.comparing import needed
from tests.laws.reference.lengths import EPOCH, local
from tests.scenarios.reading import Scenario

DOES = {("send", 0): "sends", ("send", 1): "withholds", ("tag", 0): "tags", ("untag", 0): "untags", ("attribute", 0): "sets"}
SAYS = {"send": "template", "tag": "tag", "untag": "tag"}


def differences(scenario: Scenario, outcome: Outcome) -> list[str]:
    """Everything promised that did not come, and every action that was not promised."""
    return [*actions(scenario, outcome), *reasons(scenario, outcome), *ends(scenario, outcome)]


def shown(scenario: Scenario, at: int) -> str:
    """An instant as the scenario would write it."""
    return f"{local(scenario.zone, at)} ({(EPOCH + timedelta(microseconds=at)).astimezone(UTC):%H:%M}Z)"


def actions(scenario: Scenario, outcome: Outcome) -> list[str]:
    """Actions: all of them, in order."""
    wanted = [promised(scenario, line) for line in scenario.document.get("then", [])]
    got = [done(line) for line in outcome.actions]
    if [one[:3] for one in wanted] == [one[:3] for one in got]:
        return []
    return [
        "asked for:",
        *(f"   >> {shown(scenario, at)} {verb} {what}" for at, verb, what in wanted),
        "came:",
        *(f"   << {shown(scenario, at)} {verb} {what}" for at, verb, what in got),
    ]


def promised(scenario: Scenario, line: dict[str, Any]) -> tuple[int, str, str]:
    """A line of `then`."""
    verb = next(verb for verb in DOES.values() if verb in line)
    return scenario.instant(line["at"]), verb, str(line[verb])


def done(line: Line) -> tuple[int, str, str]:
    """A line of actions."""
    at, kind, arm, payload = line[0], line[1], line[9], payload_of(line)
    what = payload[SAYS[kind]] if kind in SAYS else {payload["name"]: payload["value"]}
    return at, DOES[kind, arm], str(what)


def reasons(scenario: Scenario, outcome: Outcome) -> list[str]:
    """Reasons: each of `why` must be in the trace at its instant, none of `never`."""
    got = [(at, reason.lower(), journey, step) for at, journey, _, _, step, reason, _, _ in outcome.trace]
    missing = []
    for line in scenario.document.get("why", []):
        at = scenario.instant(line["at"])
        found = [
            g
            for g in got
            if g[0] == at and g[1] == line["because"] and line.get("journey", g[2]) == g[2] and line.get("step", g[3]) == g[3]
        ]
        if not found:
            missing.append(f"no {line['because']} at {line['at']}; the trace: {[(shown(scenario, g[0]), *g[1:]) for g in got]}")
    for line in scenario.document.get("never", []):
        at = scenario.instant(line["at"])
        missing += [f"{line['because']} came at {line['at']}" for g in got if g[0] == at and g[1] == line["because"]]
    return missing


def ends(scenario: Scenario, outcome: Outcome) -> list[str]:
    """Runs: those inside and the last of each instance, of each journey named, in order of entry."""
    wrong = []
    for journey, wanted in scenario.document.get("finally", {}).items():
        runs = sorted((run for run in needed(outcome.runs) if run[0] == journey), key=lambda run: (run[8], run[1]))
        got = [
            f"inside {run[10]}" if run[5] == "live" else f"finished {run[6]}".lower() if run[5] == "finished" else f"ended {run[6]}".lower()
            for run in runs
        ]
        got = ["finished" if one == "finished done" else one for one in got]
        if got != (wanted if isinstance(wanted, list) else [wanted]):
            wrong.append(f"{journey}: {wanted} was asked for, {got} came")
    return wrong
