"""parcours restore: make a data directory of a backup."""

import json
from pathlib import Path

import click

from parcours.cli.operate import Bar, data_option, json_option, said_clearly


@click.command("restore")
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option
@json_option
def command(backup: Path, data: str | None, as_json: bool) -> None:
    """Make a new data directory (--data) of BACKUP, every file checked. Sends are on hold until `parcours release`.

    Messages that were about to leave when the backup was made may have left since: they wait for a person. People forgotten since the
    backup are back: forget them again.
    """
    from parcours.settings import from_environment
    from parcours.wiring import restore

    directory = from_environment(data).directory
    with said_clearly():
        done = restore(backup, directory, Bar())
    if as_json:
        click.echo(json.dumps(done))
        return
    click.echo(f"{directory} is restored; sending is on hold. {done['asked']:,} messages that may have left wait for a decision.")
    click.echo("Next: parcours serve, look, then `parcours release --ask` (repeats nothing) or `parcours release --send`.")
