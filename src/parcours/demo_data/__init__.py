"""The data of the demo: a real shop’s year (see CREDITS.md)."""
