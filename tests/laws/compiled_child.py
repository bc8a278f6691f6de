"""The child process of law 10: plays the cases of some numbers with the kernel compiled, and says what came out, as JSON."""

import json
import sys
from typing import Any

from parcours.wiring import use_kernel_cache


def outcomes_of(seed: int) -> list[Any]:
    """What the kernel of this process makes of a case."""
    from tests.laws.kernel import by_kernel
    from tests.laws.strategies import case_of_seed

    return [[o.actions, o.trace, o.runs] for o in by_kernel(case_of_seed(seed))]


def main() -> None:
    """Numbers come in on standard input, one outcome per contact goes out on standard output."""
    use_kernel_cache()
    from parcours.core.terms.compiled import PLAIN

    if PLAIN:
        raise SystemExit("the child is to be compiled: NUMBA_DISABLE_JIT must be 0")
    json.dump([outcomes_of(seed) for seed in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
