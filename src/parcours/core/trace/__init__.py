"""Traces: each contact's events in order, as arrays; and the protocol of folds over them. Nothing here imports numba on its own."""

from parcours.core.trace.partition import Dictionary, Partition
from parcours.core.trace.traces import Traces, traces_of

__all__ = ["Dictionary", "Partition", "Traces", "traces_of"]
