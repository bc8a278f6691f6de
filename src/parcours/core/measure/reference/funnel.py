"""The ordered funnel, said slowly: one person's events as (instant, the steps it fits, the exclusions it fits), in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.core.measure.funnel import FunnelQuestion


@dataclass(frozen=True)
class Seen:
    """One event: its instant, the numbers of the steps it fits and of the exclusions it fits."""

    at: int
    steps: frozenset[int]
    exclusions: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What became of a person: the instants of the steps reached, and the state."""

    instants: tuple[int, ...]
    state: str


def attempt(question: FunnelQuestion, events: Sequence[Seen], begin: int) -> tuple[list[int], str]:
    """The events one attempt takes, and what ended it: `complete`, `time`, `stop` or `drop`."""
    taken = [begin]
    limit = events[begin].at + question.window
    for step in range(1, len(question.steps)):
        now = events[taken[-1]].at
        fits = [i for i, event in enumerate(events) if step in event.steps and now <= event.at <= limit and i not in taken]
        following = min(fits, key=lambda i: (events[i].at, i), default=None)
        end = limit + 1 if following is None else events[following].at
        between = [event for event in events if now < event.at < end]
        barred = {n for n, exclusion in enumerate(question.exclusions) if exclusion.after < step <= exclusion.before}
        met = [(event.at, question.exclusions[n].then) for event in between for n in sorted(event.exclusions & barred)]
        if met:
            earliest = min(met)[0]
            return taken, "drop" if (earliest, "drop") in met else "stop"
        if following is None:
            return taken, "time"
        taken.append(following)
    return taken, "complete"


def funnel(question: FunnelQuestion, events: Sequence[Seen], watermark: int) -> Outcome:
    """What became of a person: `complete`, `dropped`, `open` or `lost`."""
    begins = [i for i, event in enumerate(events) if 0 in event.steps and question.since <= event.at < question.until]
    if question.entry == "first":
        begins = begins[:1]
    if not begins:
        return Outcome((), "lost")
    attempts = [attempt(question, events, begin) for begin in begins]
    taken, ended = max(attempts, key=lambda pair: len(pair[0]))
    instants = tuple(events[i].at for i in taken)
    if ended == "complete":
        return Outcome(instants, "complete")
    if ended == "drop":
        return Outcome(instants, "dropped")
    unfinished = [events[tries[0]].at + question.window > watermark for tries, how in attempts if how == "time"]
    return Outcome(instants, "open" if any(unfinished) else "lost")
