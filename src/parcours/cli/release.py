"""parcours release: let messages leave again after a hold."""

import json

import click

from parcours.cli.operate import data_option, json_option, operator


@click.command("release")
@click.option("--ask", "waiting", flag_value="ask", help="What waits is not sent by itself: a person decides about each message.")
@click.option("--send", "waiting", flag_value="send", help="What waits is sent.")
@data_option
@json_option
def command(waiting: str | None, data: str | None, as_json: bool) -> None:
    """End the hold on sending. After a restore, --ask repeats nothing: what came due since the backup may have left already."""
    if waiting is None:
        raise click.UsageError("Say what becomes of the messages that wait: --ask or --send.")
    with operator(data) as operate:
        done = operate("sending.release", waiting=waiting)
    click.echo(json.dumps(done) if as_json else f"Sending goes on; {done['asked']:,} messages wait for a decision.")
