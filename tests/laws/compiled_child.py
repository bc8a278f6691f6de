"""The child process of law 10: plays the cases of some numbers with the kernel compiled, and says what came out, as JSON."""

import json
import sys

from parcours.core.terms.compiled import PLAIN
from tests.laws.kernel import by_kernel
from tests.laws.strategies import case_of_seed


def main() -> None:
    """Numbers come in on standard input, one outcome per contact goes out on standard output."""
    if PLAIN:
        raise SystemExit("the child is to be compiled: NUMBA_DISABLE_JIT must be 0")
    played = [[[o.actions, o.trace, o.runs] for o in by_kernel(case_of_seed(seed))] for seed in json.load(sys.stdin)]
    json.dump(played, sys.stdout)


if __name__ == "__main__":
    main()
