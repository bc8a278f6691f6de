"""Ask: an operator's own SQL over the event history."""

from dataclasses import dataclass

from parcours.app.ports import SegmentFile, Tx
from parcours.app.ports.sql import Answer, EventSql
from parcours.app.services import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer, and how many events are not in the history yet (they are in the inbox, where SQL does not look)."""

    answer: Answer
    waiting: int


def ask(services: Services, sql: EventSql, text: str) -> Asked:
    """Runs one SELECT over the view `events`, without erased contacts. Raises SqlFault."""

    def unit(tx: Tx) -> tuple[list[SegmentFile], dict[int, str], list[int], int]:
        segments = tx.manifest.segments()
        names = {code: name for name, code in tx.manifest.codes().items()}
        return segments, names, tx.erasure.owed(), tx.views.events() - sum(segment.rows for segment in segments)

    segments, names, hidden, waiting = services.store.read(services.workspace, unit)
    return Asked(sql.ask(segments, names, hidden, text), waiting)
