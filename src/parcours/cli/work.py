"""parcours work: workers in a process of their own, beside others (PostgreSQL)."""

import signal
import threading

import click

from parcours.cli.logs import set_up
from parcours.cli.operate import data_option, said_clearly


@click.command("work")
@data_option
@click.option("--smtp", help="smtp://user:password@host:587?starttls=1, smtps://..., or mailbox://.")
def command(data: str | None, smtp: str | None) -> None:
    """Run workers only, as many processes as you like: they share the work through leases. Needs PostgreSQL."""
    from parcours.app.operations import Refusal
    from parcours.settings import from_environment
    from parcours.wiring import open_services, owner_name, shared

    boot = from_environment(data, smtp=smtp)
    set_up()
    with said_clearly():
        if not shared(boot.directory):
            raise Refusal("Workers of their own need PostgreSQL: with SQLite, `parcours serve` runs them. See parcours init --database.")
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        from parcours.workers.crew import shared_crew
        from parcours.workers.loop import Pulse, start, stop
        from parcours.workers.shards import Leader

        pulse = Pulse()
        with open_services(boot, wake=pulse.beat) as services:
            leader = Leader(services, owner_name())
            loops = shared_crew(services, pulse, leader)
            threads = start(loops)
            click.echo("Working. Stop with Ctrl+C.")
            stopped.wait()
            stop(loops, threads)
            leader.release()
