"""parcours init: a data directory, its owner and its keys."""

import json
import sys

import click

from parcours.cli.operate import said_clearly
from parcours.settings import DEFAULT_DIRECTORY


@click.command("init")
@click.option("--data", "data", metavar="DIR", default=DEFAULT_DIRECTORY, show_default=True, help="The data directory to make.")
@click.option("--owner", required=True, metavar="EMAIL", help="E-mail address of the first member.")
@click.option("--password-stdin", is_flag=True, help="Read the owner's password from standard input instead of asking.")
@click.option("--zone", help="The workspace's time zone, for instance Europe/Paris (asked when a person is there).")
@click.option("--name", default="Parcours", show_default=True, help="The workspace's name.")
@click.option("--database", metavar="URL", help="postgresql://... instead of the SQLite database in the directory.")
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
def command(data: str, owner: str, password_stdin: bool, zone: str | None, name: str, database: str | None, as_json: bool) -> None:
    """Make a data directory with its owner, a write key and a secret key."""
    from pathlib import Path

    from parcours.wiring import initialize

    asked = not password_stdin and sys.stdin.isatty()
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password of the owner", hide_input=True, confirmation_prompt=True)
    if zone is None:
        zone = click.prompt("Time zone", default="Europe/Paris") if asked else "Europe/Paris"
    with said_clearly():
        made = initialize(Path(data), owner, password, zone=zone, name=name, database=database)
    if as_json:
        click.echo(json.dumps({"data": data, "workspace": 1, "write_key": made.write_key, "secret_key": made.secret_key}))
        return
    click.echo(
        f"{data} is ready.\nWrite key (for sites and apps): {made.write_key}\nSecret key (for servers; shown once): {made.secret_key}"
    )
    click.echo(f"Next: parcours serve --data {data}")
