"""Preparing the demo: import up to the cut, publish the three journeys, backtest each over the year."""

import datetime as dt
import shutil
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

import click

from parcours.api.preparing import Course, Step
from parcours.app.collect import parcel
from parcours.app.operations import run
from parcours.app.services import Services
from parcours.app.warming import warm_up
from parcours.cli.documents import read_document
from parcours.cli.operate import Bar
from parcours.core.terms.intake import Envelope
from parcours.settings import Boot
from parcours.wiring import initialize, initialized, online_retail, open_services, use_kernel_cache
from parcours.workers.drain import drain

STEPS: Final = (
    Step("Préparer le moteur : une vingtaine de secondes la première fois", "Prepare the kernel: some twenty seconds the first time"),
    Step("Lire l’année de la boutique", "Read the shop's year"),
    Step("Importer l’historique jusqu’au 11 novembre 2011", "Import the history up to 11 November 2011"),
    Step("Publier les trois parcours", "Publish the three journeys"),
    Step("Rejouer chaque parcours sur l’année", "Replay each journey over the year"),
)
KERNEL, READING, IMPORTING, PUBLISHING, BACKTESTING = range(5)
OWNER: Final = "demo@example.org"
IMPORTED_AT_ONCE: Final = 500
FIRST_DAY: Final = dt.date(2010, 12, 1)
LAST_DAY: Final = dt.date(2011, 12, 9)
_RECENT: Final = {"event": "Order Completed", "within": "90d"}
_YEAR: Final = {"event": "Order Completed", "sum": "value", "op": ">=", "value": 1000, "within": "365d"}
STAGES: Final = [
    {"key": "prospect", "title": {"fr": "Prospect", "en": "Prospect"}, "when": {"event": "Order Completed", "at_most": 0}},
    {
        "key": "first_order",
        "title": {"fr": "Première commande", "en": "First order"},
        "when": {"all": [{"event": "Order Completed", "at_most": 1}, _RECENT]},
    },
    {"key": "returning", "title": {"fr": "Revenu", "en": "Returning"}, "when": {"all": [_RECENT, {"not": _YEAR}]}},
    {"key": "loyal", "title": {"fr": "Fidèle", "en": "Loyal"}, "when": {"all": [_RECENT, _YEAR]}},
    {"key": "sleeping", "title": {"fr": "Endormi", "en": "Sleeping"}, "when": {"event": "Order Completed"}},
]
"""Positions of the purchase cycle, in its order; of those that fit, the first is a person's stage."""


class Telling:
    """Tells the terminal and the waiting page (`course`) how far the preparation has come."""

    def __init__(self, course: Course) -> None:
        self._course, self._bar = course, Bar()

    def begin(self, number: int) -> None:
        """Step `number` of STEPS begins."""
        self._course.begin(number)
        click.echo(f"{STEPS[number].en} ...")

    def __call__(self, done: int, total: int) -> None:
        self._course.progress(done, total)
        self._bar(done, total)


def prepare(boot: Boot, course: Course, customers: int | None = None) -> None:
    """Make the demo's directory unless it is there, of the first `customers` only when said; compile the kernel in any case.

    The directory appears under its name only when it is whole.
    """
    telling = Telling(course)
    telling.begin(KERNEL)
    use_kernel_cache()
    warm_up()  # before the demo's clock runs: days would pass while it compiles
    if initialized(boot.directory):
        return
    making = boot.directory.with_name(boot.directory.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    _prepare(replace(boot, directory=making), telling, customers)
    making.rename(boot.directory)


def _prepare(boot: Boot, telling: Telling, customers: int | None) -> None:
    telling.begin(READING)
    shop = online_retail()
    invoices = shop.invoices()
    totals = shop.check(invoices)
    click.echo(
        f"Online Retail: {totals['orders']:,} orders, {totals['lines']:,} lines, {totals['value_micro'] / 1e6:,.3f} GBP, as published."
    )
    cut = day_instant(shop.CUT + dt.timedelta(days=1))
    period = {"first": cut, "last": day_instant(LAST_DAY + dt.timedelta(days=1))}
    settings = {"stages": STAGES, "currency": shop.CURRENCY}
    password = _password()
    made = initialize(
        boot.directory,
        OWNER,
        password,
        zone=shop.ZONE,
        name="La Boutique",
        boot={"demo": {**period, "customers": customers}},
        settings=settings,
    )
    (boot.directory / "demo-key").write_text(made.secret_key)
    (boot.directory / "demo-key").chmod(0o600)
    with open_services(boot) as services:  # a new demo's clock stands still until everything is ready
        history = [message for message in shop_messages(invoices, customers) if instant_of(message) < cut]
        telling.begin(IMPORTING)
        import_history(services, history, telling)
        check_import(services, totals["contacts"], history)
        telling.begin(PUBLISHING)
        for operation, folder in (("templates.put", "templates"), ("journeys.publish", "journeys")):
            for file in demo_files(folder):
                click.echo(f"  {operation} {file.stem}")
                run(services, operation, {"document": read_document(file)}, telling)
        telling.begin(BACKTESTING)
        for file in demo_files("journeys"):
            click.echo(f"  {file.stem}")
            run(services, "backtests.save", {"document": read_document(file), "start": day_instant(FIRST_DAY), "end": cut}, telling)
        assert services.demo is not None
        services.demo.set_paused(False)


def import_history(services: Services, messages: Sequence[dict[str, Any]], progress: Callable[[int, int], None]) -> None:
    """Bring messages in as history, and turn them: registers and measures know them, no journey starts."""
    envelope = Envelope(received=services.clock.now(), history=True, trusted=True)
    for start in range(0, len(messages), IMPORTED_AT_ONCE):
        made = parcel(messages[start : start + IMPORTED_AT_ONCE], envelope, source=2)
        services.store.write(services.workspace, lambda tx, made=made: tx.inbox.append(made.arrivals))  # type: ignore[misc]
        drain(services)
        progress(min(start + IMPORTED_AT_ONCE, len(messages)), len(messages))


def check_import(services: Services, contacts: int, messages: Sequence[dict[str, Any]]) -> None:
    """What is stored is what was read. Raises ValueError otherwise."""
    customers = len({message["userId"] for message in messages})
    stored, events = services.store.read(services.workspace, lambda tx: (tx.people.count(), tx.views.events()))
    if stored != customers or events != len(messages):
        raise ValueError(f"The import is not whole: {stored} contacts of {customers}, {events} events of {len(messages)}.")
    click.echo(f"{stored:,} of the shop's {contacts:,} customers are known at the cut, with {events:,} events.")


def shop_messages(invoices: Sequence[Any], customers: int | None) -> list[dict[str, Any]]:
    """The shop's messages by time, of its first `customers` or (None) of all."""
    messages = list(online_retail().messages(invoices))
    chosen = set(list(dict.fromkeys(message["userId"] for message in messages))[:customers])
    return [message for message in messages if message["userId"] in chosen]


def remaining_messages(cut: int, customers: int | None) -> list[dict[str, Any]]:
    """The messages from the cut on, by time."""
    messages = shop_messages(online_retail().invoices(), customers)
    return [message for message in messages if instant_of(message) >= cut]


def demo_files(folder: str) -> Iterator[Path]:
    """The demo's documents of one kind, by name."""
    yield from sorted(Path(str(file)) for file in resources.files("parcours.demo_data").joinpath(folder).iterdir())


def day_instant(day: dt.date) -> int:
    """The first instant of a day in the shop's zone, UTC microseconds."""
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zoneinfo.ZoneInfo(online_retail().ZONE))
    return int(midnight.timestamp()) * 1_000_000


def instant_of(message: dict[str, Any]) -> int:
    """When a message happened, UTC microseconds."""
    return int(dt.datetime.fromisoformat(message["timestamp"]).timestamp()) * 1_000_000


def _password() -> str:
    """Nobody signs in to the demo by password: it opens signed in."""
    import secrets

    return secrets.token_urlsafe(24)
