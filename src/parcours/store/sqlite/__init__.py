"""SQLite: WAL, one writer thread with group commit, a few readers."""
