"""The collecting door needs an empty workspace and its keys."""

import pytest

from parcours.app.initialize import Made
from parcours.app.services import Services


@pytest.fixture
def services(workspace_services: Services) -> Services:
    """An empty workspace."""
    return workspace_services


@pytest.fixture
def write_key(keys: Made) -> str:
    """Its write key, whose source is 1."""
    return keys.write_key


@pytest.fixture
def secret_key(keys: Made) -> str:
    """Its secret key, whose source is 2."""
    return keys.secret_key
