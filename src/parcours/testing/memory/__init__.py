"""The store and the history in memory: every port, nothing on the disk."""
