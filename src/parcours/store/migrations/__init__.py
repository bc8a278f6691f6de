"""The migrations: package data, run by `parcours.store.upgrading`."""
