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
"""Set by link: the number of (step id, kind) within the journey, the same in each version."""
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
