"""Where the workspace stands, in numbers."""

from typing import Any

from parcours.app.aside import aside
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.terms.events import NEVER
from parcours.core.terms.instants import format_instant


def standing(services: Services) -> dict[str, Any]:
    """Contacts, events kept, live runs, messages by state, mails, what was set aside, and when the next run is due.

    That instant is ISO 8601, None when none waits.
    """

    def unit(tx: Tx) -> dict[str, Any]:
        return {
            "contacts": tx.people.count(),
            "events": tx.views.events(),
            "runs": {"live": tx.views.live_runs()},
            "messages": tx.messages.counts(),
            "mails": tx.mailbox.count(),
            "aside": aside(tx, services.clock.real()),
            "next_due": None if (due := tx.runs.next_due()) >= NEVER else format_instant(due),
        }

    return services.store.read(services.workspace, unit)


def journeys_standing(services: Services) -> list[dict[str, Any]]:
    """Status, newest version, people inside and messages sent of every journey, by key."""

    def unit(tx: Tx) -> list[dict[str, Any]]:
        newest = {version.journey: version for version in tx.definitions.journeys()}
        live, sent = dict.fromkeys(newest, 0), dict.fromkeys(newest, 0)
        for row in tx.runs.summary(None):
            live[row.journey] = live.get(row.journey, 0) + row.live
        for message in tx.views.step_messages():
            if message.state in ("sent", "delivered", "bounced", "complained", "uncertain"):
                sent[message.journey] = sent.get(message.journey, 0) + message.count
        return [
            {"journey": key, "status": newest[key].status, "version": newest[key].version, "live": live[key], "sent": sent[key]}
            for key in sorted(newest)
        ]

    return services.store.read(services.workspace, unit)
