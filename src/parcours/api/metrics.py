"""The numbers of a workspace in Prometheus' text format. They count; they name nobody."""

from collections.abc import Iterator, Mapping

import parcours
from parcours.app.pages.health import Health, health
from parcours.app.services import Services
from parcours.app.standing import standing

SECOND = 1_000_000


def exposition(services: Services) -> str:
    """Every number of this moment, as Prometheus reads it."""
    state, counted = health(services), standing(services)
    return "".join(
        (*_counts(counted["contacts"], counted["events"], counted["runs"]["live"], counted["messages"]), *_state(services, state))
    )


def _counts(contacts: int, events: int, runs: int, messages: Mapping[str, int]) -> Iterator[str]:
    yield _metric("parcours_info", "The version that runs.", {f'version="{parcours.__version__}"': 1})
    yield _metric("parcours_contacts", "People known.", {"": contacts})
    yield _metric("parcours_events", "Events kept.", {"": events})
    yield _metric("parcours_runs_live", "People inside a journey, once per run.", {"": runs})
    yield _metric("parcours_messages", "Messages by state.", {f'state="{state}"': count for state, count in sorted(messages.items())})


def _state(services: Services, state: Health) -> Iterator[str]:
    aside = {f'what="{what}"': sum(one.what == what for one in state.aside) for what in ("contact", "event")}
    yield _metric("parcours_well", "1 when nothing asks for somebody's attention.", {"": int(state.well)})
    yield _metric("parcours_store_writable", "0 once the disk failed and nothing can be written.", {"": int(state.fault is None)})
    yield _metric("parcours_free_bytes", "Free space for the data directory.", {"": state.free_bytes})
    yield _metric("parcours_oldest_arrival_seconds", "Age of the oldest event not routed.", {"": state.oldest_arrival / SECOND})
    yield _metric("parcours_oldest_due_seconds", "Age of the oldest deadline not performed.", {"": state.oldest_due / SECOND})
    yield _metric("parcours_set_aside", "Contacts and events that failed and are tried again.", aside)
    loops = {f'loop="{loop.name}"': loop.failures for loop in services.loops}
    yield _metric("parcours_loop_failures", "Failures in a row of a loop of this process.", loops)


def _metric(name: str, text: str, values: Mapping[str, float]) -> str:
    rows = (f"{name}{{{labels}}} {value}\n" if labels else f"{name} {value}\n" for labels, value in values.items())
    return f"# HELP {name} {text}\n# TYPE {name} gauge\n{''.join(rows)}"
