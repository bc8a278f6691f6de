"""The heart: pure decisions. It imports the standard library, numpy and numba, and returns wishes that hosts perform."""
