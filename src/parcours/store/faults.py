"""Why a database cannot be used, or a unit of work could not be kept."""

from parcours.app.ports.store import NotDurable


class WrongDatabase(ValueError):
    """The database cannot be used; the text is one sentence that says what to do."""


class StoreStopped(NotDurable):
    """The writer met an error of the disk and stopped for good; the process must be started anew."""


class StoreFull(NotDurable):
    """The disk is full."""


def full() -> StoreFull:
    """The answer while the disk is full."""
    return StoreFull("The disk is full: nothing was kept. Free some space; writing goes on by itself then.", retry_after=10)


def refused(error: BaseException) -> NotDurable:
    """The answer when the database cannot write just now."""
    return NotDurable(f"The database cannot be written now ({str(error).strip()}): nothing was kept.")


def stopped(error: BaseException) -> StoreStopped:
    """The answer from an error of the disk on."""
    return StoreStopped(
        f"The disk failed ({error}): what it holds is not certain, so writing has stopped. Check the disk, then start Parcours again.",
        retry_after=60,
    )
