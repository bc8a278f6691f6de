"""parcours messages: where messages stand, and decisions about uncertain ones."""

import json
from dataclasses import asdict

import click

from parcours.cli.operate import data_option, json_option, operator, reading

STATES = ("planned", "claimed", "sent", "uncertain", "delivered", "bounced", "complained", "skipped", "failed", "withheld")


@click.group()
def command() -> None:
    """Where messages stand and why; decide about those of which nobody knows whether they left."""


@command.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only this state; may be given several times.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="How many, the newest first.")
@data_option
@json_option
def list_all(states: tuple[str, ...], limit: int, data: str | None, as_json: bool) -> None:
    """Messages, newest planned first; says how many more there are."""
    from parcours.app.pages.messages import list_messages
    from parcours.core.terms.instants import format_instant

    with reading(data) as services:
        page = list_messages(services, list(states), None, limit)
    if as_json:
        rows = [asdict(row) | {key: format_instant(getattr(row, key)) for key in ("planned_at", "updated_at")} for row in page.messages]
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in page.messages:
        click.echo(f"{row.id}  {row.state:10}  {format_instant(row.planned_at)}  {row.journey}/{row.step}  {row.why['en']}")
    total = sum(count for state, count in page.counts.items() if not states or state in states)
    if total > len(page.messages):
        click.echo(f"{total - len(page.messages)} more: --limit, or `parcours export messages`.")


@command.command()
@click.argument("message")
@click.argument("verdict", type=click.Choice(("arrived", "again")))
@data_option
def resolve(message: str, verdict: str, data: str | None) -> None:
    """Decide about an uncertain MESSAGE (its id): it `arrived`, or it is sent `again`, under the same Message-ID."""
    with operator(data) as operate:
        done = operate("messages.resolve", message=message, verdict=verdict, by="command line")
        click.echo(f"{done['message']} is {done['state']}.")
