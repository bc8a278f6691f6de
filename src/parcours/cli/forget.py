"""parcours forget: erase a contact everywhere."""

import json
import sys

import click

from parcours.cli.operate import data_option, json_option, operator


@click.command("forget")
@click.argument("contact")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
@json_option
def command(contact: str, yes: bool, data: str | None, as_json: bool) -> None:
    """Erase a contact, named by its id, user id, anonymous id or e-mail address: attributes, events, runs, messages, mails.

    What remains is a row without content, and a salted digest of the address when it may not be written to.
    """
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase {contact} for good?", abort=True)
    with operator(data) as operate:
        done = operate("contacts.forget", contact=contact)
    click.echo(json.dumps(done) if as_json else f"{done['contact']} is forgotten.")
