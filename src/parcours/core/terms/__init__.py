"""The subject's vocabulary: events, conditions, durations, calendar, chance, ids, money."""
