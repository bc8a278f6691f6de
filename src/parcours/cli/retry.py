"""parcours retry: what was set aside after a fault is tried again at once."""

import click

from parcours.cli.operate import data_option, operator


@click.command("retry")
@data_option
def command(data: str | None) -> None:
    """Try again at once what was set aside after a fault (parcours status says what and why)."""
    with operator(data) as operate:
        done = operate("aside.retry")
        click.echo(f"{done['aside']} set aside; each is tried again within seconds." if done["aside"] else "Nothing is set aside.")
