"""What an error of SQLite means for those who wait for a commit."""

from typing import Final, Literal

import pysqlite3.dbapi2 as sqlite

Meaning = Literal["stop", "full", "refused", "unit"]

_IOERR: Final = 10
_CORRUPT: Final = 11
_FULL: Final = 13
_NOT_A_DATABASE: Final = 26
_TRANSIENT: Final = frozenset((5, 6, 7, 8, 14))  # busy, locked, out of memory, read-only, cannot open
_NO_ROOM_FOR_SHARED_MEMORY: Final = 10 | (19 << 8)


def meaning(error: BaseException) -> Meaning:
    """stop: what is on the disk is no longer known. full: no room. refused: not now. unit: an error of this unit alone."""
    if not isinstance(error, sqlite.Error):
        return "unit"
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code & 0xFF == _FULL or code == _NO_ROOM_FOR_SHARED_MEMORY:
        return "full"
    if code & 0xFF in (_IOERR, _CORRUPT, _NOT_A_DATABASE):
        return "stop"
    return "refused" if code & 0xFF in _TRANSIENT else "unit"
