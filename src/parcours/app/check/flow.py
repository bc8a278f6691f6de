"""Rules about movement: everything due is done, and who entered is somewhere; and the files of the history are whole."""

from collections import Counter

from parcours.app.check.finding import Finding
from parcours.app.check.messages import every_message
from parcours.app.check.snapshot import Snapshot
from parcours.app.ports import MessageState, Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import ENDS, Reason


def check_rest(services: Services, seen: Snapshot, *, settled: bool) -> Finding:
    """Nothing due waits. Only looked at when the workers had time to do it all."""
    finding = Finding("I7 everything that is due is done")
    if not settled:
        return finding
    now, due = services.clock.now(), services.store.read(services.workspace, lambda tx: tx.runs.next_due())
    finding.looked_at = len(seen.inbox) + 1
    for row in seen.inbox:
        if row.seq is None or not row.turned:
            finding.fault(f"Event {row.client_message_id} ({row.name}) is not {'routed' if row.seq is None else 'turned'}.")
    if due < now:
        finding.fault("A contact has a deadline that is over.")
    for message in every_message(services):
        finding.looked_at += 1
        if message.state == MessageState.CLAIMED or (message.state == MessageState.PLANNED and message.next_at <= now):
            finding.fault(f"Message {message.id.hex()} is due and {message.state}.")
    return finding


def check_flow(services: Services) -> Finding:
    """Per journey: who entered stands at a step, or has come to an end."""
    finding = Finding("I8 who entered a journey is in it, or left it for a reason")

    def unit(tx: Tx) -> None:
        stands: Counter[str] = Counter()
        for place in tx.runs.summary(None):
            stands[place.journey] += place.live
        for journey in sorted({version.journey for version in tx.definitions.journeys()}):
            flow = Counter[int]()
            for count in tx.views.flow(journey, ()):
                flow[count.reason] += count.count
            entered = flow[Reason.ENTERED] + flow[Reason.ENTERED_LATER]
            ended = sum(flow[reason] for reason in ENDS)
            finding.looked_at += entered
            if entered != stands[journey] + ended:
                finding.fault(f"{journey}: {entered} entered, {stands[journey]} are in it and {ended} left it.")

    services.store.read(services.workspace, unit)
    return finding


def check_segments(services: Services, seen: Snapshot) -> Finding:
    """Files are there, whole and as their manifest says."""
    return Finding("segments are whole", len(seen.segments), services.history.verify(seen.segments, lambda done: None))
