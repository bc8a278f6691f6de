"""The closed set of condition opcodes, register kinds, feed roles and truth values: plain integers, fixed once published."""

from typing import Final

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2
"""Kleene's three values in order, so that `and` is the smaller, `or` the larger, and `not` is 2 minus the value."""

# Rows of code: (op, a, b, c, d). Offsets are positions in the contact's register row.
CONST: Final = 0  # a: truth value
NOT: Final = 1
AND: Final = 2
OR: Final = 3
SKIP_IF_FALSE: Final = 4  # a: how many rows to skip; the value stays on the stack
SKIP_IF_TRUE: Final = 5  # a: how many rows to skip; the value stays on the stack
EVENT: Final = 6  # a: bit of the event at hand that says true, b: bit that says false
FLAG: Final = 7  # a: offset, b: 1 when unknown counts as false
COUNT: Final = 8  # a: offset, b: at least so many
TIMES: Final = 9  # a: offset, b: N, c: window in microseconds: the N-th last time is younger
TOTAL: Final = 10  # a: offset, b: comparison, c: threshold in micro-units
DAYS: Final = 11  # a: offset, b: how many days, c: comparison, d: threshold in micro-units
WITHIN_LAST: Final = 12  # a: offset of an instant, b: window
WITHIN_NEXT: Final = 13  # a: offset of an instant, b: window
MESSAGES: Final = 14  # a: offset, b: how many messages, c: at least so many reacted, 0 for none
REACTION: Final = 15  # a: slot of the step in the run's reactions, b: bit of the reaction, c: 1 when only a tracked message can tell
LOCAL_TIME: Final = 16  # a: first minute of the day, b: first minute after
WEEKDAY: Final = 17  # a: seven bits, Monday is bit 0
SINCE: Final = 18  # a: offset of last times: the oldest kept is after the instant in slot 0 of the run's reactions

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
"""A comparison is coded as its position here."""

# Register kinds.
FLAG_REGISTER: Final = 0  # one word: a truth value
INSTANT_REGISTER: Final = 1  # one word: UTC microseconds, or MISSING
COUNT_REGISTER: Final = 2  # one word
TIMES_REGISTER: Final = 3  # N words: the last N times, oldest first; N = 1 is the last time
TOTAL_REGISTER: Final = 4  # one word: micro-units
DAYS_REGISTER: Final = 5  # 1 + N words: the newest UTC day, then one total a day at position 1 + day modulo N
MESSAGES_REGISTER: Final = 6  # 2 N words: keys of the last N tracked messages, oldest first, then whether each was reacted to

# Feed roles: what a matching event does to a register. The first three set a flag to the truth value of the same number.
SET_FALSE: Final = FALSE
SET_UNKNOWN: Final = UNKNOWN
SET_TRUE: Final = TRUE
SET_INSTANT: Final = 3
COUNT_ONE: Final = 4
PUSH_TIME: Final = 5
ADD: Final = 6
ADD_TO_DAY: Final = 7
MESSAGE_SENT: Final = 8
MESSAGE_REACTED: Final = 9
PUSH_LIVE_TIME: Final = 10  # as PUSH_TIME, of events that are not history (the caller leaves history out)

# Bits of one step's word in a run's reactions; bit REACTED_FROM + i is tree.REACTIONS[i].
SENT_BIT: Final = 0
TRACKED_BIT: Final = 1
REACTED_FROM: Final = 2
