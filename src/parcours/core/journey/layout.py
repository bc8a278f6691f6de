"""The numbers both the compiler and the kernel know: opcodes and the columns of their tables. No numba here."""

from typing import Final

# The closed set of opcodes. A new one is an ADR.
WAIT: Final = 0
WAIT_FOR: Final = 1
TEST: Final = 2
SPLIT: Final = 3
EMIT: Final = 4
SET: Final = 5
JUMP: Final = 6
END: Final = 7

# Columns of the table `steps`. NEXT and ALT are rows of the same program. What A to E mean, by opcode:
#   WAIT      A form; DURATION_WAIT: B length; UNTIL: B minute of the day, C days, D weekdays as bits;
#             DATE: B register, C offset, D minute of the day or -1, E yearly; ALT when the date is missing
#   WAIT_FOR  A condition, B timeout; ALT when the condition holds, NEXT at the timeout
#   TEST      A first branch row, B how many; ALT when none holds
#   SPLIT     A first branch row, B how many
#   EMIT      A message row, B late after (-1 never), C late policy, D retry while capped (0 skips), E expires after (-1 never)
#   SET       A change row
#   JUMP      to ALT
OP: Final = 0
A: Final = 1
B: Final = 2
C: Final = 3
D: Final = 4
E: Final = 5
NEXT: Final = 6
ALT: Final = 7
STEP_KEY: Final = 8
"""Set by link: the number of the step's id within the journey (from 1), the same in each version."""
STEP_COLUMNS: Final = 9

# Forms of WAIT
DURATION_WAIT: Final = 0
UNTIL: Final = 1
DATE: Final = 2

# Late policies
LATE_SEND: Final = 0
LATE_SKIP: Final = 1
LATE_NEXT_SLOT: Final = 2

# Columns of the table `branches`
BRANCH_CODE: Final = 0
BRANCH_NUMBER: Final = 1
BRANCH_TARGET: Final = 2
BRANCH_COLUMNS: Final = 3

# Columns of the table `codes`: rows [START, STOP) of the shared code; LOCAL when it asks for the wall clock
CODE_START: Final = 0
CODE_STOP: Final = 1
CODE_LOCAL: Final = 2

# Columns of the table `messages`: offsets of flags (-1: not asked), codes, whether quiet hours and caps apply
M_CONSENT: Final = 0
M_SUPPRESSED: Final = 1
M_COMPLAINT: Final = 2
M_FROZEN: Final = 3
M_CHANNEL: Final = 4
M_TOPIC: Final = 5
M_MARKETING: Final = 6

# Columns of the table `changes`: the reason that says it, its effects, the zone it sets (-1: none)
X_REASON: Final = 0
X_FIRST: Final = 1
X_COUNT: Final = 2
X_ZONE: Final = 3

# Columns of the tables `effects` (of a change) and `feeds` (of an event)
F_OFFSET: Final = 0
F_SIZE: Final = 1
F_ROLE: Final = 2
F_VALUE: Final = 3
"""In `effects` the value itself; in `feeds` the column of the events' values, or -1."""

# Columns of the table `programs`, one row per placed version
P_JOURNEY: Final = 0
P_VERSION: Final = 1
P_FIRST: Final = 2
P_END: Final = 3
P_GOAL: Final = 4
P_GOAL_WITHIN: Final = 5
P_GOAL_SAME: Final = 6
P_ENDS_ON_GOAL: Final = 7
P_UNMATCHED: Final = 8
P_EXITS: Final = 9
P_EXITS_COUNT: Final = 10
P_ENTRIES: Final = 11
P_ENTRIES_COUNT: Final = 12
P_HOLDOUT: Final = 13
P_REENTRY: Final = 14
P_AFTER: Final = 15
P_INSTANCE: Final = 16
P_PRIORITY: Final = 17
P_RANK: Final = 18
P_PUBLISHED: Final = 19
"""GOAL is a bit or -1; INSTANCE a column of the events' values or -1; RANK the place of the key among keys; REENTRY one of these:"""
NEVER_AGAIN: Final = 0
AFTER_EXIT: Final = 1
AFTER: Final = 2

# Columns of the table `entries`, in the order in which they are offered: priority, key, line
E_BIT: Final = 0
E_CODE: Final = 1
E_WITHOUT: Final = 2
E_WITHIN: Final = 3
E_PROGRAM: Final = 4
E_LINE: Final = 5
E_EVENT: Final = 6
"""WITHOUT is the bit that disarms, or -1 when the line is no absence; EVENT numbers the names of entry events."""

# Columns of the table `exits`
Z_BIT: Final = 0
Z_SAME: Final = 1

# Columns of the table `publications` (by instant), of `pauses` and `gaps`, of `settings` (by instant) and `caps`
PUB_AT: Final = 0
PUB_PROGRAM: Final = 1
PUB_FOLLOW: Final = 2
SPAN_START: Final = 0
SPAN_END: Final = 1
S_AT: Final = 0
S_QUIET_START: Final = 1
S_QUIET_END: Final = 2
S_CAPS: Final = 3
S_CAPS_COUNT: Final = 4
S_STRICT: Final = 5
CAP_MOST: Final = 0
CAP_WITHIN: Final = 1
CAP_CHANNEL: Final = 2
CAP_TOPIC: Final = 3
"""QUIET_START -1: no quiet hours. CAP_WITHIN -1: by day in the contact's zone. CAP_CHANNEL, CAP_TOPIC -1: any."""

# What a receipt says (the table `receipts`, by bit): 0 nothing, else a bit of the step's word plus one, or GIVEN_BACK
GIVEN_BACK: Final = 32
MESSAGE_VISIT: Final = 32
"""Shift of the visit whose message a step's word is about: reactions count since the step's last send, not since its last visit."""

# Where people go at a publish (the table `follow`): row * 4 + flags, or -1 when no step survives
SAME_STEP: Final = 1
OTHER_CONDITION: Final = 2

# Columns of a run's row. EFF is when its deadline is performed; WAKE when time alone may change what it waits for;
# PUB the next publication it follows; ZONE and BASIS what a local or dated wait was computed from
R_STATUS: Final = 0
R_JOURNEY: Final = 1
R_PROGRAM: Final = 2
R_LINE: Final = 3
R_INSTANCE: Final = 4
R_ENTRY: Final = 5
R_STEP: Final = 6
R_ENTERED: Final = 7
R_SINCE: Final = 8
R_DUE: Final = 9
R_EFF: Final = 10
R_WAKE: Final = 11
R_PUB: Final = 12
R_GOAL_UNTIL: Final = 13
R_GOAL_AT: Final = 14
R_ARM: Final = 15
R_REASON: Final = 16
R_STEPS: Final = 17
R_RESTING: Final = 18
R_READY: Final = 19
R_LATE: Final = 20
R_CAPPED_SINCE: Final = 21
R_BURST_AT: Final = 22
R_BURST: Final = 23
R_SENT: Final = 24
R_BORN: Final = 25
R_REF: Final = 26
R_RETEST: Final = 27
R_ZONE: Final = 28
R_BASIS: Final = 29
RUN_COLUMNS: Final = 30
LIVE_STATUS: Final = 0

# Columns of an entry that waits: pending (a person clause failed) or armed (an absence)
W_KIND: Final = 0
W_JOURNEY: Final = 1
W_LINE: Final = 2
W_INSTANCE: Final = 3
W_AT: Final = 4
W_UNTIL: Final = 5
W_WAKE: Final = 6
W_SEQ: Final = 7
W_EVENT: Final = 8
WAITING_COLUMNS: Final = 9
PENDING_KIND: Final = 0
ARMED_KIND: Final = 1

# Columns of the ledger, one row per message that caps count
L_AT: Final = 0
L_CHANNEL: Final = 1
L_TOPIC: Final = 2
L_REF: Final = 3
L_JOURNEY: Final = 4
L_INSTANCE: Final = 5
L_ENTRY: Final = 6
L_STEP_KEY: Final = 7
L_VISIT: Final = 8
LEDGER_COLUMNS: Final = 9

# Columns of what comes out: one row per edge, refusal and wish
O_CONTACT: Final = 0
O_AT: Final = 1
O_REASON: Final = 2
O_PROGRAM: Final = 3
O_INSTANCE: Final = 4
O_ENTRY: Final = 5
O_STEP: Final = 6
O_VISIT: Final = 7
O_V1: Final = 8
O_V2: Final = 9
O_ARM: Final = 10
O_CAUSE: Final = 11
O_REF: Final = 12
OUT_COLUMNS: Final = 13
ARRIVED: Final = 0
"""The O_REASON of rows that only count arrivals; they never leave the kernel."""

# Scalars of the contact at hand
N_CONTACT: Final = 0
N_RUNS: Final = 1
N_WAITING: Final = 2
N_LEDGER: Final = 3
N_OUT: Final = 4
N_ZONE: Final = 5
N_DIRTY: Final = 6
N_LAST: Final = 7
N_DUE: Final = 8
N_BORN: Final = 9
N_OVERFLOW: Final = 10
N_CHANGED: Final = 11
N_COUNTING: Final = 12
N_EDGE: Final = 13
"""A turn fires what is due before it; what a slow turn or a pause held until its very instant is due before, too: N_DUE, less one then."""
N_ZONE_SAID: Final = 14
"""1 once the contact's own zone was said: it is kept by name, also when it is the workspace's."""
N_WATCH: Final = 15
"""The next instant at which something is due, held or not: an event at it is looked at, whatever it is."""
N_MOVABLE: Final = 16
"""1 when a run may rest at a wait for a local time or a date: another zone or date moves it."""
SCALARS: Final = 17

# N_OVERFLOW: which room was too small
ROOM_RUNS: Final = 1
ROOM_WAITING: Final = 2
ROOM_LEDGER: Final = 3
ROOM_OUT: Final = 4
ROOM_STATE: Final = 5

# Columns of a state's scalars
STATE_ZONE: Final = 0
STATE_LAST: Final = 1
STATE_DIRTY: Final = 2
STATE_DUE: Final = 3
STATE_ZONE_SAID: Final = 4
STATE_SCALARS: Final = 5

# Columns of a backtest's counts: by step row, and by program
T_ARRIVED: Final = 0
T_SENT: Final = 1
T_STANDING: Final = 2
TALLY_STEPS: Final = 3
T_ENTERED: Final = 0
T_MESSAGED: Final = 1
T_INSIDE: Final = 2
T_BEFORE_MESSAGE: Final = 3
TALLY_PEOPLE: Final = 4
TALLY_REASONS: Final = 128

# Limits
MOST_PENDING: Final = 8
MOST_LIVE: Final = 32
MOST_STEPS: Final = 1_000
MOST_AT_ONCE: Final = 100
