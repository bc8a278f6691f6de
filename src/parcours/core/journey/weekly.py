"""Messages per person and week: how the numbers are told."""

from collections import Counter
from typing import Any


def weekly(weeks: Counter[int]) -> dict[str, Any]:
    """`weeks` counts the (person, week) pairs by their number of messages, at least one: how many, the mean, the most, the counts."""
    pairs, messages = sum(weeks.values()), sum(number * count for number, count in weeks.items())
    return {
        "person_weeks": pairs,
        "mean": round(messages / pairs, 4) if pairs else 0.0,
        "most": max(weeks, default=0),
        "counts": {str(number): count for number, count in sorted(weeks.items())},
    }
