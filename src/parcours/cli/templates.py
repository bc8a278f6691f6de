"""parcours templates: put and list e-mail templates."""

import json
from pathlib import Path

import click

from parcours.cli.documents import read_document
from parcours.cli.operate import data_option, json_option, operator, reading


@click.group()
def command() -> None:
    """Put and list e-mail templates."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@data_option
def put(files: tuple[Path, ...], data: str | None) -> None:
    """Keep templates: {template, topic, from, subject: {fr, en}, html, text}. One of the same name is replaced."""
    with operator(data) as operate:
        for file in files:
            done = operate("templates.put", document=read_document(file))
            click.echo(f"{done['template']} is put.")


@command.command("list")
@data_option
@json_option
def list_all(data: str | None, as_json: bool) -> None:
    """Every template, by name."""
    from parcours.app.templates import list_templates

    with reading(data) as services:
        rows = list_templates(services)
    click.echo(
        json.dumps(rows) if as_json else "\n".join(row["template"] for row in rows) or "No template yet: parcours templates put FILE.yaml"
    )
