"""parcours backtest: replay stored events, or files of events, through a draft journey."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

import click

from parcours.cli.operate import Bar, data_option, reading, said_clearly


class Period(TypedDict):
    """From the first instant on, before the last; None: everything there is (UTC microseconds)."""

    start: int | None
    end: int | None


@click.command("backtest")
@click.argument("journey", type=click.Path(path_type=Path))
@click.option("--events", "files", multiple=True, type=click.Path(path_type=Path), help="JSON lines of events instead of what is stored.")
@click.option("--from", "start", help="First day of the period (YYYY-MM-DD) or an instant.")
@click.option("--to", "end", help="The period ends before this day or instant.")
@click.option("--zone", default="Europe/Paris", show_default=True, help="Time zone for --events.")
@click.option(
    "--strict-consent", is_flag=True, help="Write only to people whose consent is in the events (default: granted unless withdrawn)."
)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the report here ('-' prints it).")
@data_option
def command(
    journey: Path,
    files: tuple[Path, ...],
    start: str | None,
    end: str | None,
    zone: str,
    strict_consent: bool,
    out: Path | None,
    data: str | None,
) -> None:
    """What JOURNEY.yaml would have done: who enters, what is sent when, how much; never its effect."""
    from parcours.app.backtest import compiled_draft, replay, stored_backtest
    from parcours.cli.documents import read_document
    from parcours.wiring import use_kernel_cache

    with said_clearly():
        use_kernel_cache()
        document = read_document(journey)
        if files:
            program = compiled_draft(document)
            people = travellers(files)
            period = Period(start=_instant(start, zone), end=_instant(end, zone))
            report = replay(
                program,
                iter(people),
                len(people),
                Bar(),
                zones=[p.zone for p in people],
                zone=zone,
                strict_consent=strict_consent,
                **period,
            )
        else:
            with reading(data) as services:
                known = services.store.read(services.workspace, lambda tx: str(tx.definitions.settings().get("zone", zone)))
                period = Period(start=_instant(start, known), end=_instant(end, known))
                report = stored_backtest(services, Bar(), document, strict_consent=strict_consent, **period)
    if out is not None and str(out) != "-":
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        click.echo(f"{out} is written.")
    elif out is not None:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report)


def travellers(files: Sequence[Path]) -> "list[Any]":
    """People and their events from JSON lines: Segment-shape messages, or rows of `parcours export events`."""
    from parcours.app.zones import zone_of
    from parcours.core.journey.backtest import Traveller
    from parcours.core.terms.event_names import CONTACT_IDENTIFIED
    from parcours.core.terms.events import Event
    from parcours.core.terms.ids import public_id_of

    people: dict[str, list[Event]] = defaultdict(list)
    traits: dict[str, dict[str, Any]] = defaultdict(dict)
    numbers: dict[str, int] = {}
    for person, name, occurred, properties in _events(files):
        number = numbers.setdefault(person, len(numbers) + 1)
        if name == CONTACT_IDENTIFIED:
            traits[person].update(properties)
        people[person].append(Event(number, len(people[person]) + 1, name, occurred, occurred, occurred, properties=properties))
    return [Traveller(numbers[person], public_id_of(person), zone_of(traits[person]), events) for person, events in people.items()]


def _events(files: Sequence[Path]) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    from parcours.app.operations import Refusal
    from parcours.core.terms.instants import parse_instant
    from parcours.core.terms.intake import Envelope, Refused, take

    for file in files:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                    if "type" in row:
                        taken = take(row, Envelope(received=2**60, history=True, trusted=True))
                        person = taken.user_id or f"anonymous:{taken.anonymous_id}"
                        yield person, taken.name, taken.occurred, dict(taken.properties)
                    else:
                        occurred = row["occurred"] if isinstance(row["occurred"], int) else parse_instant(row["occurred"])
                        if occurred is None:
                            raise ValueError("`occurred` is not an instant")
                        yield (
                            str(row.get("user_id") or f"anonymous:{row.get('anonymous_id')}"),
                            row["event"],
                            occurred,
                            row.get("properties") or {},
                        )
                except (ValueError, KeyError, TypeError, Refused) as error:
                    raise Refusal(f"{file} line {number} is not an event: {error}") from error


def _instant(text: str | None, zone: str) -> int | None:
    """A day (its first instant in the zone) or an ISO instant, UTC microseconds."""
    import datetime as dt
    import zoneinfo

    if text is None:
        return None
    read = dt.datetime.fromisoformat(text)
    at = read if read.tzinfo is not None else read.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return int(at.timestamp() * 1_000_000)


def _print(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(
        f"[bold]{report['journey']}[/bold]: {report['entered']:,} entries of {report['people']:,} people, {report['events']:,} events"
    )
    table = Table("step", "arrived", "left", "sent")
    for step, count in report["steps"].items():
        table.add_row(step, f"{count['arrived']:,}", f"{count['left']:,}", f"{count['sent']:,}")
    console.print(table)
    for title, key in (("refused", "refused"), ("not sent", "not_sent"), ("ended", "ended")):
        if report[key]:
            console.print(f"{title}: " + ", ".join(f"{reason} {count:,}" for reason, count in report[key].items()))
    pressure = report["messages_per_person_week"]
    console.print(f"goal reached {report['goal_reached']:,}, of which before the first message {report['goal_before_first_message']:,}")
    console.print(
        f"still inside {report['still_inside']:,}; messages per person and week: mean {pressure['mean']}, most {pressure['most']}"
    )
    console.print(report["note"]["en"])
