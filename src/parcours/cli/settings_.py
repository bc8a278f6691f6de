"""parcours settings: show and set the workspace's settings."""

import json

import click

from parcours.cli.operate import data_option, json_option, operator, reading


@click.group()
def command() -> None:
    """Show and set the workspace's settings."""


@command.command("set")
@click.argument("key")
@click.argument("value")
@data_option
def set_value(key: str, value: str, data: str | None) -> None:
    """Set KEY to VALUE: JSON where it reads as JSON ("null" removes it), else text."""
    try:
        read = json.loads(value)
    except ValueError:
        read = value
    with operator(data) as operate:
        operate("settings.set", key=key, value=read)
        click.echo(f"{key} is set.")


@command.command()
@data_option
@json_option
def show(data: str | None, as_json: bool) -> None:
    """Every setting, with what it is for."""
    from parcours.app.workspace_settings import SETTINGS

    with reading(data) as services:
        values = services.store.read(services.workspace, lambda tx: tx.definitions.settings())
    if as_json:
        click.echo(json.dumps({key: values.get(key) for key in SETTINGS}, ensure_ascii=False))
        return
    for key, setting in SETTINGS.items():
        click.echo(f"{key} = {json.dumps(values.get(key), ensure_ascii=False)}\n    {setting.en}")
