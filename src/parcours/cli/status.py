"""parcours status: contacts, events, runs and messages by state."""

import json

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
