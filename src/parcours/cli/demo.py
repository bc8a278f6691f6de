"""parcours demo: a real shop's year, imported, then its last 28 days running before your eyes."""

from typing import TYPE_CHECKING, Any

import click

from parcours.cli.operate import said_clearly

if TYPE_CHECKING:
    from parcours.app.services import Services
    from parcours.workers.loop import Loop, Pulse

DIRECTORY = "./parcours-demo"
SPEED = 8640.0
"""One day in ten seconds."""


@click.command("demo")
@click.option("--data", metavar="DIR", default=DIRECTORY, show_default=True, help="Where the demo lives; it goes on where it stood.")
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--speed", type=float, help="Workspace seconds per real second (default 8640: one day in ten seconds).")
@click.option("--customers", type=click.IntRange(1), help="A smaller demo: only so many of the shop's customers, the first that came.")
@click.option("--prepare-only", is_flag=True, help="Import, publish and backtest, then stop.")
def command(data: str, port: int, speed: float | None, customers: int | None, prepare_only: bool) -> None:
    """A real shop's year: imported, three journeys published, then 28 days of orders through the live door at a day per ten seconds."""
    from parcours.api import server
    from parcours.api.preparing import Course, shown
    from parcours.cli.demo_setup import STEPS, prepare
    from parcours.cli.serve import serve
    from parcours.settings import from_environment

    with said_clearly():
        boot = from_environment(data, port=port, smtp="mailbox://", clock=f"demo:{SPEED}")
        course = Course(STEPS)
        if prepare_only:
            prepare(boot, course, customers)
            return
        door = server.listen(boot.host, boot.port)
        click.echo(f"Open {boot.base_url} now: the page shows how far the demo has come, then becomes the demo.")
        with shown(course, door):
            prepare(boot, course, customers)
        serve(from_environment(data, port=port, smtp="mailbox://", clock=f"demo:{speed or ''}".rstrip(":")), demo=True, door=door)


def feed_loop(services: "Services", base_url: str, pulse: "Pulse") -> "Loop":
    """The loop that sends the remaining days through the live door, each message when the clock reaches it."""
    import httpx2

    from parcours.cli.demo_setup import instant_of, remaining_messages
    from parcours.clock import DemoClock
    from parcours.workers.feed import Feed, Unreachable
    from parcours.workers.loop import Loop

    clock = services.clock
    assert isinstance(clock, DemoClock)
    assert services.demo is not None
    messages = remaining_messages(services.demo.first, services.demo.customers)
    key = (services.directory / "demo-key").read_text()
    client = httpx2.Client(base_url=base_url, auth=(key, ""), timeout=60.0, trust_env=False)

    def post(batch: list[dict[str, Any]]) -> None:
        try:
            answer = client.post("/v1/batch", json={"batch": batch})
        except httpx2.TransportError as error:
            raise Unreachable from error
        answer.raise_for_status()
        rejected = [event for event in answer.json()["events"] if event["status"] == "rejected"]
        if rejected:
            raise RuntimeError(f"The door rejected {len(rejected)} of the demo's messages: {rejected[0]}")

    feed = Feed(clock, messages, [instant_of(message) for message in messages], post)
    feed.skip_to(clock.now() - DAY)
    return Loop("feed", feed.step, pulse, feed.idle)


DAY = 24 * 3600 * 1_000_000
