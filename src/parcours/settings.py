"""What is needed to boot. Everything else lives in the settings table of the workspace."""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DIRECTORY = "./parcours-data"
DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class Boot:
    """Where the data is and how the door opens.

    `database` is a PostgreSQL URL, or None for the SQLite of the data directory. `public_url` is the only base of links sent out.
    """

    directory: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    database: str | None = None
    public_url: str | None = None
    clock: str = "real"
    smtp: str | None = None

    @property
    def base_url(self) -> str:
        """The public URL without trailing slash; the local address when none is set."""
        return (
            self.public_url or f"http://{'localhost' if self.host in ('127.0.0.1', '0.0.0.0', '::') else self.host}:{self.port}"
        ).rstrip("/")


def from_environment(directory: str | None = None, **given: object) -> Boot:
    """Boot values: what was given on the command line, else PARCOURS_* variables, else the defaults."""
    values: dict[str, object] = {
        "host": os.environ.get("PARCOURS_HOST", "127.0.0.1"),
        "port": int(os.environ.get("PARCOURS_PORT", DEFAULT_PORT)),
        "database": os.environ.get("PARCOURS_DATABASE"),
        "public_url": os.environ.get("PARCOURS_PUBLIC_URL"),
        "smtp": os.environ.get("PARCOURS_SMTP"),
    }
    values.update({name: value for name, value in given.items() if value is not None})
    return Boot(directory=Path(directory or os.environ.get("PARCOURS_DATA", DEFAULT_DIRECTORY)), **values)  # type: ignore[arg-type]
