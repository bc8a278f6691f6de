"""The one condition language of Parcours: entry filters, branches, segments, stages, measures' filters."""
