"""The command line. Each command lives in its own file and is imported only when it runs."""

import importlib
from collections.abc import Sequence
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("parcours.cli.init", "Make a data directory with its owner and keys."),
    "serve": ("parcours.cli.serve", "Open the door, the interface and the workers."),
    "work": ("parcours.cli.work", "Run workers only (needs PostgreSQL)."),
    "demo": ("parcours.cli.demo", "A real shop's year, running before your eyes."),
    "status": ("parcours.cli.status", "Contacts, events, runs and messages by state."),
    "journeys": ("parcours.cli.journeys", "List, publish, pause and resume journeys."),
    "templates": ("parcours.cli.templates", "Put and list e-mail templates."),
    "messages": ("parcours.cli.messages", "Where messages stand; decide about uncertain ones."),
    "settings": ("parcours.cli.settings_", "Show and set the workspace's settings."),
    "backtest": ("parcours.cli.backtest", "Replay stored events through a draft journey."),
    "import": ("parcours.cli.import_", "Import contacts or events from a file."),
    "export": ("parcours.cli.export", "Export events, contacts or messages."),
    "forget": ("parcours.cli.forget", "Erase a contact everywhere."),
    "sql": ("parcours.cli.sql", "Ask the event history in SQL."),
    "lake": ("parcours.cli.lake", "Verify or rebuild the event history."),
    "backup": ("parcours.cli.backup", "Copy a data directory while the server runs."),
    "restore": ("parcours.cli.restore", "Make a data directory of a backup; sends stay on hold."),
    "release": ("parcours.cli.release", "Let messages leave again after a hold."),
    "check": ("parcours.cli.check", "Check that what is stored agrees with itself."),
    "retry": ("parcours.cli.retry", "Try again at once what was set aside after a fault."),
    "doctor": ("parcours.cli.doctor", "Check this machine and this installation."),
}


class _Lazy(click.Group):
    """Names and one-line helps come from COMMANDS; the file of a command is imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(version("parcours"))
        ctx.exit()


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and stop.")
def parcours() -> None:
    """Parcours: map the journey customers should have, run it, and measure the one they had."""


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line. An error that a person can mend is one sentence and exit status 1."""
    return parcours.main(args=list(arguments) if arguments is not None else None, prog_name="parcours")
