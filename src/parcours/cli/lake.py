"""parcours lake: verify or rebuild the event history."""

import click

from parcours.cli.operate import data_option, operator


@click.group()
def command() -> None:
    """Verify or rebuild the event history."""


@command.command()
@data_option
def verify(data: str | None) -> None:
    """Re-read every segment and compare its checksum."""
    with operator(data) as operate:
        done = operate("lake.verify")
        click.echo(f"{done['segments']:,} segments with {done['rows']:,} events are whole.")


@command.command()
@data_option
def rebuild(data: str | None) -> None:
    """Make the traces anew from the segments."""
    with operator(data) as operate:
        done = operate("lake.rebuild")
        click.echo(f"Traces of {done['rows']:,} events are rebuilt.")
