"""parcours serve: the door, the interface and the workers of one data directory."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parcours.cli.logs import set_up
from parcours.cli.operate import data_option, said_clearly

if TYPE_CHECKING:
    from socket import socket

    from parcours.settings import Boot


@click.command("serve")
@data_option
@click.option("--port", type=int, help="Port of the door (default 8000).")
@click.option("--host", help="Address of the door (default 127.0.0.1: this machine only).")
@click.option("--public-url", help="How customers and colleagues reach this server; the base of every link sent out.")
@click.option("--clock", default="real", show_default=True, help="real, or demo:SPEED to let time run SPEED times faster.")
@click.option("--smtp", help="smtp://user:password@host:587?starttls=1, smtps://..., or mailbox:// (the default: nothing leaves).")
def command(data: str | None, port: int | None, host: str | None, public_url: str | None, clock: str, smtp: str | None) -> None:
    """Open the door, the interface and the workers; an empty directory is made ready first."""
    from parcours.api import server
    from parcours.settings import from_environment
    from parcours.wiring import initialized

    boot = from_environment(data, port=port, host=host, public_url=public_url, clock=clock, smtp=smtp)
    with said_clearly():
        door = server.listen(boot.host, boot.port)  # first of all: nothing is made when the port is taken
        if not initialized(boot.directory):
            _first_time(boot.directory)
        serve(boot, door=door)


def serve(boot: "Boot", *, demo: bool = False, door: "socket | None" = None) -> None:
    """Run until stopped, at a door that is open already or at the boot's. Raises Refusal for what a person can mend (port, lock, ...)."""
    from parcours.api import server
    from parcours.wiring import open_services, owner_name, shared
    from parcours.workers.crew import owner_crew, shared_crew
    from parcours.workers.loop import Pulse, start, stop
    from parcours.workers.shards import Leader

    set_up()
    door = door or server.listen(boot.host, boot.port)
    pulse = Pulse()
    with open_services(boot, wake=pulse.beat) as services:
        leader = Leader(services, owner_name()) if shared(boot.directory) else None
        loops = owner_crew(services, pulse) if leader is None else shared_crew(services, pulse, leader)
        if demo:
            from parcours.cli.demo import feed_loop

            loops.append(feed_loop(services, f"http://127.0.0.1:{boot.port}", pulse))
        services.loops.extend(loops)
        threads = start(loops)
        try:
            server.run(services, door, lambda: _say_ready(boot, demo=demo))
        finally:
            stop(loops, threads)
            if leader is not None:
                leader.release()


def _say_ready(boot: "Boot", *, demo: bool) -> None:
    click.echo(f"Parcours is open: {boot.base_url}" + ("  (the demo; it opens signed in)" if demo else ""))
    click.echo("Stop with Ctrl+C.")


def _first_time(directory: Path) -> None:
    """Make an empty directory ready, and say what to do next."""
    import secrets

    from parcours.wiring import initialize

    password = secrets.token_urlsafe(12)
    made = initialize(directory, "owner@localhost", password)
    click.echo(f"{directory} is new. Sign in as owner@localhost with the password {password} (shown once).")
    click.echo(f"Write key for your site and apps: {made.write_key}")
    click.echo("Its time zone is Europe/Paris; another one: parcours settings set zone America/Montreal")
    click.echo("Next: open the address below. The first screen shows how to bring events in and how to publish a first journey.")
