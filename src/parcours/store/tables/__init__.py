"""The schema as SQLAlchemy tables: what the sum of the migrations must equal (tests compare the two on both databases).

Statements are written as SQL texts beside the ports that use them; at run time nothing here is imported.
Ids of 16 bytes are blobs, instants int64 UTC microseconds, documents JSON as text, states small integers.
"""

from parcours.store.tables import accounts, definitions, history, inbox, messages, people, runs
from parcours.store.tables.columns import metadata

__all__ = ["accounts", "definitions", "history", "inbox", "messages", "metadata", "people", "runs"]
