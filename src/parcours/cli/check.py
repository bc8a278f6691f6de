"""parcours check: what is stored agrees with itself."""

import json

import click

from parcours.cli.operate import Bar, data_option, json_option, reading


@click.command("check")
@data_option
@json_option
def command(data: str | None, as_json: bool) -> None:
    """Check that what is stored agrees with itself; exit status 1 when it does not. Changes nothing."""
    from parcours.app.check import check

    with reading(data) as services:
        found = check(services, Bar())
    if as_json:
        click.echo(json.dumps(found))
    else:
        for rule in found["rules"]:
            click.echo(f"{'FAULT' if rule['faults'] else 'fine '}  {rule['rule']} ({rule['looked_at']:,} looked at)")
            for fault in rule["faults"]:
                click.echo(f"       {fault}")
    raise SystemExit(0 if found["fine"] else 1)
