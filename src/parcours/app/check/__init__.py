"""Check: what is stored agrees with itself, and with ledgers that others kept. Reads only."""

from collections.abc import Callable
from typing import Any

from parcours.app.check.events import check_events
from parcours.app.check.finding import Finding, Ledgers
from parcours.app.check.flow import check_flow, check_rest, check_segments
from parcours.app.check.mail import check_consents, check_mail, check_opt_outs
from parcours.app.check.messages import check_messages
from parcours.app.check.people import check_people
from parcours.app.check.snapshot import snapshot
from parcours.app.services import Services


def check(
    services: Services, progress: Callable[[int, int], None], ledgers: Ledgers | None = None, *, settled: bool = False
) -> dict[str, Any]:
    """Every rule with how much was looked at and a sentence for each fault; `fine` when there is none.

    With `ledgers`, also against what clients and the mail server noted. `settled` says that the workers had time: nothing due may wait.
    """
    books = ledgers or Ledgers()
    stored = snapshot(services)
    events, opt_outs = check_events(services, stored, books)
    findings = [
        *events,
        *check_people(services, progress),
        *check_messages(services),
        check_mail(services, books),
        check_opt_outs(services, opt_outs, books),
        check_consents(services, opt_outs),
        check_rest(services, stored, settled=settled),
        check_flow(services),
        check_segments(services, stored),
    ]
    return {"fine": not any(finding.faults for finding in findings), "rules": [_told(finding) for finding in findings]}


def _told(finding: Finding) -> dict[str, Any]:
    more = [f"... and {finding.untold:,} more."] if finding.untold else []
    return {"rule": finding.rule, "looked_at": finding.looked_at, "faults": finding.faults + more}
