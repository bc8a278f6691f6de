"""parcours backup: copy a data directory while the server runs."""

import json
from pathlib import Path

import click

from parcours.cli.operate import Bar, data_option, json_option, said_clearly


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@data_option
@json_option
def command(target: Path, data: str | None, as_json: bool) -> None:
    """Copy the data directory into TARGET, a new folder: the database at one instant, and the history it names. The server may run.

    The backup holds the secret and everything known of people: keep it as safe as the directory itself.
    """
    from parcours.settings import from_environment
    from parcours.wiring import back_up

    with said_clearly():
        done = back_up(from_environment(data), target, Bar())
    line = f"{target} holds everything acknowledged until the backup began ({done['archived_events']:,} events in the history)."
    click.echo(json.dumps({"backup": str(target), **done}) if as_json else line)
