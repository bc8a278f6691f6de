"""The whole app over a real store, as the tests of the door have it; the store is a copy of one that was made once."""

from dataclasses import replace

import pytest

from parcours.app.services import Services
from tests.api.conftest import SetClock, member, seeded, visitor

__all__ = ["member", "seeded", "visitor"]


@pytest.fixture
def services(workspace_services: Services) -> Services:
    """An initialized, empty workspace."""
    return replace(workspace_services, clock=SetClock())
