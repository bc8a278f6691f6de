"""The meaning of each measure in slow, obvious lines; property tests hold the folds to it."""
