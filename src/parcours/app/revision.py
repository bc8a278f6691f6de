"""Two settings of Parcours' own: what grows when linked programs change, and what is being prepared."""

from typing import Final

REVISION: Final = "definitions_revision"
"""Grows with every change of what is linked."""
PREPARING: Final = "preparing"
"""Names journeys whose drafts already keep registers."""
