"""parcours sql: questions about the event history."""

import click

from parcours.cli.operate import data_option, reading


@click.command("sql")
@click.argument("question", metavar="SELECT")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def command(question: str, as_json: bool, data: str | None) -> None:
    """Ask the event history with one SELECT over the view `events`.

    Its columns: contact, seq, event, occurred, received, turned, source, kind, history, message_id, properties (JSON).
    """
    import msgspec

    from parcours.app.ask import ask
    from parcours.settings import from_environment
    from parcours.wiring import event_sql

    with reading(data) as services:
        asked = ask(services, event_sql(from_environment(data)), question)
        columns = asked.answer.columns
        encode = msgspec.json.Encoder(enc_hook=str).encode
        if not as_json:
            click.echo("\t".join(columns))
        for row in asked.answer.rows:
            click.echo(encode(dict(zip(columns, row, strict=True))).decode() if as_json else "\t".join(_shown(value) for value in row))
    if asked.waiting > 0:
        click.echo(f"{asked.waiting:,} newer events are not in the history yet.", err=True)


def _shown(value: object) -> str:
    """A cell on one line."""
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ")
