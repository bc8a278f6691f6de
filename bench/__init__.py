"""Benchmarks: one file per subject (registry.py), measured side by side in one run, one table. `make bench`, see README.md."""
