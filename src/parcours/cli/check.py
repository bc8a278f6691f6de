"""parcours check: what is stored agrees with itself, and with ledgers of others."""

import json
from pathlib import Path
from typing import Any

import click

from parcours.app.operations import Refusal
from parcours.cli.operate import Bar, data_option, json_option, reading

_ledger = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.option("--client-ledger", "client", type=_ledger, multiple=True, help="What a client noted of its requests (JSON lines).")
@click.option("--smtp-ledger", "smtp", type=_ledger, multiple=True, help="What the mail server noted of its mails (JSON lines).")
@click.option("--settled", is_flag=True, help="The workers had time: nothing that is due may wait.")
@data_option
@json_option
def command(client: tuple[Path, ...], smtp: tuple[Path, ...], settled: bool, data: str | None, as_json: bool) -> None:
    """Check that what is stored agrees with itself and with ledgers of others; exit status 1 when it does not. Changes nothing."""
    from parcours.app.check import check
    from parcours.app.check.finding import Ledgers

    with reading(data) as services:
        ledgers = Ledgers([line for file in client for line in _lines(file)], [line for file in smtp for line in _lines(file)])
        found = check(services, Bar(), ledgers, settled=settled)
    if as_json:
        click.echo(json.dumps(found))
    else:
        for rule in found["rules"]:
            click.echo(f"{'FAULT' if rule['faults'] else 'fine '}  {rule['rule']} ({rule['looked_at']:,} looked at)")
            for fault in rule["faults"]:
                click.echo(f"       {fault}")
    raise SystemExit(0 if found["fine"] else 1)


def _lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a ledger; a last one without its end was being written. Raises Refusal for what is no ledger."""
    whole = file.read_text(encoding="utf-8").split("\n")[:-1]
    try:
        read = [json.loads(line) for line in whole]
    except ValueError as error:
        raise Refusal(f"{file} is no ledger: each line is one JSON object ({error}).") from error
    if not all(isinstance(line, dict) and "what" in line for line in read):
        raise Refusal(f'{file} is no ledger: each line is one JSON object with "what".')
    return read
