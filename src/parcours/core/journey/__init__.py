"""Journeys: a document, its problems, a compiler to integer tables, one interpreter for live turns and backtests."""
