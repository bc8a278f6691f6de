"""A backtest's report as text, for a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from parcours.core.terms.durations import format_duration
from parcours.core.terms.instants import format_instant

SECOND = 1_000_000


def show(report: Mapping[str, Any]) -> None:
    """Print a report: who came, step by step, why not, how much, beside whom."""
    console = Console()
    console.print(
        f"[bold]{report['journey']}[/bold]: {report['entered']:,} entries of {report['people']:,} people, {report['events']:,} events, "
        f"{format_instant(report['from'])} to {format_instant(report['to'])}"
    )
    console.print(_steps(report), _flow(report))
    for title, key in (("refused", "refused"), ("not sent", "not_sent"), ("held for a while", "held"), ("ended", "ended")):
        if report[key]:
            console.print(f"{title}: " + ", ".join(f"{reason} {count:,}" for reason, count in report[key].items()))
    console.print(f"goal reached {report['goal_reached']:,}, of which before the first message {report['goal_before_first_message']:,}")
    console.print(f"still inside {report['still_inside']:,}; in the holdout {report['holdout']:,}")
    _pressure(console, report)
    if report["unknown"]:
        told = ", ".join(f"{step} {count:,}" for step, count in report["unknown"].items())
        console.print(f"not observable (reactions to messages never sent): {told}")
    for kind, rate in report["reactions"].items():
        source = "fitted from history" if rate["fitted"] else "given"
        times = report["simulated"].get(kind, 0)
        console.print(f"simulated, {source}: {kind} {rate['rate']:.1%} after {rate['after']:,} s ({times:,} times)")
    console.print(report["note"]["en"])


def _steps(report: Mapping[str, Any]) -> Table:
    table = Table("step", "arrived", "left", "sent", "stayed (median)", "nine in ten at most")
    for step, count in report["steps"].items():
        rest = report["rest"].get(step, {"median": 0, "nine_in_ten": 0})
        times = (format_duration(rest[name] * SECOND) if rest[name] else "-" for name in ("median", "nine_in_ten"))
        table.add_row(step, f"{count['arrived']:,}", f"{count['left']:,}", f"{count['sent']:,}", *times)
    return table


def _flow(report: Mapping[str, Any]) -> Table:
    table = Table("from", "to", "because", "times")
    for edge in report["flow"]:
        why = edge["reason"] if edge["value"] is None else f"{edge['reason']} {edge['value'] + 1}"
        table.add_row(edge["from"] or "(entry)", edge["to"] or "(out)", why, f"{edge['count']:,}")
    return table


def _pressure(console: Console, report: Mapping[str, Any]) -> None:
    alone = report["messages_per_person_week"]
    console.print(f"messages per person and week: mean {alone['mean']}, most {alone['most']}")
    beside = report["other_journeys"]
    if beside is None:
        console.print("no other journey was live then")
        return
    together = beside["messages_per_person_week"]
    console.print(f"with the other journeys live then: mean {together['mean']}, most {together['most']}")
    table = Table("other journey", "sent", "without this one", "met within a day", "people")
    for key, each in beside["journeys"].items():
        table.add_row(key, *(f"{each[name]:,}" for name in ("sent", "sent_without", "within_a_day", "people")))
    console.print(table)
