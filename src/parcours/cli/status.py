"""parcours status: contacts, events, runs and messages by state."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from parcours.cli.operate import data_option, json_option, reading


@click.command("status")
@data_option
@json_option
def command(data: str | None, as_json: bool) -> None:
    """Contacts, events, runs and messages by state."""
    from parcours.app.standing import standing

    with reading(data) as services:
        said = standing(services)
    if as_json:
        click.echo(json.dumps(said))
        return
    click.echo(f"contacts {said['contacts']:>10,}\nevents   {said['events']:>10,}\nruns     {said['runs']['live']:>10,} live")
    for state, count in sorted(said["messages"].items()):
        click.echo(f"messages {count:>10,} {state}")
    for line in aside_lines(said["aside"]):
        click.echo(line)


def aside_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was set aside and why, a line each, and what to do."""
    told = [
        f"aside    {row['number']:>10,} more"
        if row["kind"] == "more"
        else f"aside    {row['kind'].lower()} {row['number']}, after {row['tries']} tries: {row['reason']}"
        for row in rows
    ]
    return [*told, "         Each is tried again by itself; once the cause is mended, at once: parcours retry"] if told else []
