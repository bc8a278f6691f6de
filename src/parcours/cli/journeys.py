"""parcours journeys: list, publish, pause, resume."""

import json
from pathlib import Path

import click

from parcours.cli.documents import read_document
from parcours.cli.operate import data_option, json_option, operator, reading


@click.group()
def command() -> None:
    """List, publish, pause and resume journeys."""


@command.command("list")
@data_option
@json_option
def list_journeys(data: str | None, as_json: bool) -> None:
    """Every journey: its status, newest version and people inside."""
    from parcours.app.standing import journeys_standing

    with reading(data) as services:
        rows = journeys_standing(services)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        click.echo("No journey yet. Publish one: parcours journeys publish FILE.yaml")
    for row in rows:
        click.echo(
            f"{row['journey']:<28} {row['status']:<8} version {row['version']:<4} {row['live']:>7} inside  {row['sent']:>7} messages"
        )


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--finish", is_flag=True, help="People inside finish on their old version (default: they follow the new one).")
@data_option
@json_option
def publish(files: tuple[Path, ...], finish: bool, data: str | None, as_json: bool) -> None:
    """Publish journey documents (YAML or JSON), each as its next version."""
    with operator(data) as operate:
        for file in files:
            done = operate("journeys.publish", document=read_document(file), follow=not finish)
            click.echo(json.dumps(done) if as_json else f"{done['journey']} version {done['version']} is live.")


@command.command()
@click.argument("journey")
@data_option
def pause(journey: str, data: str | None) -> None:
    """Nobody enters and timers hold until resumed."""
    with operator(data) as operate:
        operate("journeys.pause", journey=journey)
        click.echo(f"{journey} is paused.")


@command.command()
@click.argument("journey")
@data_option
def resume(journey: str, data: str | None) -> None:
    """Go on; steps that came due meanwhile obey their late policy."""
    with operator(data) as operate:
        operate("journeys.resume", journey=journey)
        click.echo(f"{journey} is live.")
