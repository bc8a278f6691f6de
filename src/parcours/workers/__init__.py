"""Loops that call use cases: each is short, and can be stopped at any moment without loss."""
