"""parcours export: everything that is kept, as JSON lines."""

import sys
from pathlib import Path

import click

from parcours.cli.operate import data_option, reading


@click.command("export")
@click.argument("subject", type=click.Choice(["events", "contacts", "messages"]))
@click.option("--jsonl", is_flag=True, default=True, help="One JSON object a line (the only form).")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of standard output.")
@data_option
def command(subject: str, jsonl: bool, output: Path | None, data: str | None) -> None:
    """Export events, contacts or messages, also while the server runs."""
    from parcours.app.export import export

    with reading(data) as services:
        if output is None:
            export(services, subject, sys.stdout.buffer.write)
            return
        with output.open("wb") as file:
            lines = export(services, subject, file.write)
    click.echo(f"{lines:,} {subject} in {output}.")
