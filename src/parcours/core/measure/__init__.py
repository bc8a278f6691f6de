"""Measures: questions over traces, each a fold with a slow reference that says its meaning."""
