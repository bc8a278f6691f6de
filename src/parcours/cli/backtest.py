"""parcours backtest: replay stored events, or files of events, through a draft journey."""

import json
from pathlib import Path
from typing import Any

import click

from parcours.cli.operate import Bar, data_option, operator, reading, said_clearly


@click.command("backtest")
@click.argument("journey", type=click.Path(path_type=Path))
@click.option("--events", "files", multiple=True, type=click.Path(path_type=Path), help="A file of events instead of what is stored.")
@click.option("--from", "start", help="The period begins with this day (YYYY-MM-DD) or instant (default: with the first event).")
@click.option("--to", "end", help="The period ends before this day or instant (default: after the last event).")
@click.option("--strict-consent", is_flag=True, help="Write only to people whose consent is in the events (default: unless withdrawn).")
@click.option("--as-lived", is_flag=True, help="Events count when they were worked on, under the settings and pauses of then.")
@click.option("--reactions", metavar="RATES", help="Simulate reactions: `fitted` from history, or `opened=30%,clicked=4%` of what is sent.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the report here ('-' prints it).")
@click.option("--save", is_flag=True, help="Keep the report as the journey's newest, to be read in the interface.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD[:TYPE]=COLUMN", help="With --events: what a column means.")
@click.option("--event", default="", metavar="NAME", help="With --events: the name of every event, when no column has it.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), help="With --events: when the name does not say it.")
@click.option("--encoding", default="utf-8", show_default=True, help="With --events: the encoding of a text file.")
@click.option("--delimiter", default=",", show_default=True, help="With --events: what separates cells; `auto` looks at the header.")
@click.option("--zone", default="", metavar="ZONE", help="With --events: the workspace's time zone (default: Europe/Paris).")
@click.option("--drop-empty", is_flag=True, help="With --events: leave out empty cells instead of keeping empty texts.")
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="With --events: go on without unreadable rows, kept here.")
@data_option
def command(journey: Path, files: tuple[Path, ...], out: Path | None, save: bool, data: str | None, **options: Any) -> None:
    """What JOURNEY.yaml would have done: who enters, what is sent when, how much; never its effect.

    Files are read as `parcours import events` reads them: CSV, JSON lines or Parquet, also compressed.
    """
    from parcours.cli.documents import read_document
    from parcours.wiring import use_kernel_cache

    with said_clearly():
        use_kernel_cache()
        document = read_document(journey)
        asked = {name: options.pop(name) for name in ("start", "end", "strict_consent", "as_lived")}
        asked["reactions"] = _reactions(options.pop("reactions"))
        report = _of_files(document, files, asked, options, save) if files else _of_store(document, data, asked, options, save)
        if out is not None and str(out) != "-":
            out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if out is None:
        from parcours.cli.backtest_text import show

        show(report)
    else:
        click.echo(json.dumps(report, ensure_ascii=False) if str(out) == "-" else f"{out} is written.")


def _of_store(document: dict[str, Any], data: str | None, asked: dict[str, Any], options: dict[str, Any], save: bool) -> dict[str, Any]:
    """The report over what is stored; kept there when `save` says so."""
    from parcours.app.backtest import stored_backtest

    given = [name for name, value in options.items() if value and value not in (",", "utf-8")]
    if given:
        raise click.UsageError("How files are read (--map, --event, --format, --zone, --rejects ...) is said together with --events FILE.")
    with reading(data) as services:
        zone = services.store.read(services.workspace, lambda tx: str(tx.definitions.settings().get("zone", "Europe/Paris")))
        period = {**asked, "start": _instant(asked["start"], zone), "end": _instant(asked["end"], zone)}
        if not save:
            return stored_backtest(services, Bar(), document, **period)
    with operator(data) as operate:
        kept: dict[str, Any] = operate("backtests.save", document=document, **period)
    return kept


def _of_files(
    document: dict[str, Any], files: tuple[Path, ...], asked: dict[str, Any], options: dict[str, Any], save: bool
) -> dict[str, Any]:
    """The report over files of events, without a data directory."""
    from parcours.app.backtest import Asked, Surroundings, compiled_draft, replay
    from parcours.app.event_files import EventFiles, gather
    from parcours.app.ports import Reading
    from parcours.wiring import row_files

    if save or asked["as_lived"]:
        raise click.UsageError("--save and --as-lived are about what is stored: leave --events out.")
    program = compiled_draft(document)
    zone = options["zone"] or "Europe/Paris"
    how = Reading(options["form"] or "", options["encoding"], options["delimiter"])
    wanted = EventFiles(files, how, options["pairs"], options["event"], zone, options["drop_empty"], options["rejects"])
    found = gather(row_files(), wanted, Bar())
    period = Asked(_instant(asked["start"], zone), _instant(asked["end"], zone), asked["strict_consent"], reactions=asked["reactions"])
    return {**replay(program, found.people, Bar(), period, Surroundings(zone)), "rows": found.rows, "rows_rejected": found.rejected}


def _reactions(text: str | None) -> dict[str, float | None] | None:
    """`opened=30%,clicked=4%` or `fitted`. Raises UsageError."""
    if text is None or text == "fitted":
        return None if text is None else {}
    rates: dict[str, float | None] = {}
    for part in text.split(","):
        kind, _, share = part.strip().partition("=")
        try:
            rates[kind] = float(share.strip().removesuffix("%")) / 100
        except ValueError:
            raise click.UsageError(f"--reactions takes `fitted` or rates such as opened=30%,clicked=4%, not {part.strip()!r}.") from None
    return rates


def _instant(text: str | None, zone: str) -> int | None:
    """A day (its first instant in the zone) or an instant, UTC microseconds."""
    from parcours.app.local_times import WallClock
    from parcours.app.row_values import read_time

    return None if text is None else read_time(text, WallClock(zone))
