"""Parcours: map the journey customers should have, run it, and measure the one they had."""

__version__ = "0.1.0"
