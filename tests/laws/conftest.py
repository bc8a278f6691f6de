"""Profiles of the laws: `ci` (the default: the same cases each time, bounded) and `deep` (other cases each time, many).

`PARCOURS_LAWS=deep pytest tests/laws` goes deep; `PARCOURS_SEED=n` begins the deep cases at that number.
"""

import os
import random

import pytest
from hypothesis import HealthCheck, settings

QUIET_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=40, suppress_health_check=QUIET_CHECKS)
settings.register_profile("deep", deadline=None, database=None, max_examples=2_000, suppress_health_check=QUIET_CHECKS)
PROFILE = os.environ.get("PARCOURS_LAWS", "ci")
settings.load_profile(PROFILE)

FIRST_SEED = int(os.environ.get("PARCOURS_SEED", "0")) or random.SystemRandom().randrange(10**9)


def pytest_report_header() -> str:
    """The number at which this session's other cases begin, to see them again."""
    return f"laws: profile {PROFILE}, PARCOURS_SEED={FIRST_SEED}"


@pytest.fixture(scope="session")
def seeds() -> list[int]:
    """The numbers of the bulk cases: fixed ones, then some that no session saw before."""
    fixed, other = (150, 50) if PROFILE == "ci" else (2_000, 20_000)
    return [*range(fixed), *range(FIRST_SEED, FIRST_SEED + other)]
