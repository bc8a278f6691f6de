"""The HTTP door: wire types, routes and problems. Nothing is decided here."""
