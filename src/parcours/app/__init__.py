"""Use cases, one verb per file. They speak to the outside only through `app.ports`."""
