"""parcours import: contacts or events of a file."""

import json
from pathlib import Path
from typing import Any

import click

from parcours.cli.operate import data_option, json_option, operator


@click.command("import")
@click.argument("subject", type=click.Choice(["contacts", "events"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD[:TYPE]=COLUMN", help="What a column means; TYPE: text, number, boolean, ...")
@click.option("--event", default="", metavar="NAME", help="The name of every event, when no column has it.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), help="When the file's name does not say it.")
@click.option("--encoding", default="utf-8", show_default=True, help="The encoding of a text file.")
@click.option("--delimiter", default=",", show_default=True, help="What separates the cells of a CSV file; `auto` looks at its header.")
@click.option("--zone", default="", metavar="ZONE", help="The zone of times without an offset (default: the workspace's).")
@click.option("--drop-empty", is_flag=True, help="Leave out empty cells instead of keeping empty texts.")
@click.option("--source", default="", metavar="NAME", help="Where the rows come from: the same id from two sources is two things.")
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Where refused rows go (default: FILE.rejects.csv).")
@data_option
@json_option
def command(subject: str, file: Path, form: str | None, rejects: Path | None, data: str | None, as_json: bool, **options: Any) -> None:
    """Import contacts or events of a CSV, JSON lines or Parquet file as history: nobody enters a journey by it.

    Columns named user_id, anonymous_id, message_id, event, timestamp, properties or attributes are known by their names, --map names
    others; the rest become properties of the event, or attributes of the contact. Importing the same file again adds nothing.
    """
    options["map"] = list(options.pop("pairs"))
    refused = (rejects or file.with_name(f"{file.name}.rejects.csv")).resolve()
    asked = {"subject": subject, "path": str(file.resolve()), "rejects": str(refused), "form": form or "", **options}
    with operator(data) as operate:
        done = operate("files.import", **asked)
    if as_json:
        click.echo(json.dumps(done))
        return
    click.echo(f"{done['rows']:,} rows: {done['accepted']:,} new, {done['duplicates']:,} known already, {done['rejected']:,} rejected.")
    if done["rejected"]:
        click.echo(f"The rejected rows, with their lines and reasons: {done['rejects']}")
    if done["left_out"]:
        click.echo(f"Columns left out, because one column holds everything: {', '.join(done['left_out'])}")
