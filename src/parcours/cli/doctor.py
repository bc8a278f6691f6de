"""parcours doctor: this machine and this installation."""

import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parcours.cli.operate import data_option, json_option

if TYPE_CHECKING:
    from parcours.settings import Boot

FSYNCS = 50


@click.command("doctor")
@data_option
@json_option
@click.option("--smtp", help="The mail server to try, as for parcours serve; nothing is sent.")
def command(data: str | None, as_json: bool, smtp: str | None) -> None:
    """Check this machine and this installation; each line says what was found, and what to do when it is not well."""
    from parcours.settings import from_environment

    boot = from_environment(data, smtp=smtp)
    directory = boot.directory
    checks: list[tuple[str, Callable[[Path], tuple[bool, str]]]] = [
        ("python", _python), ("sqlite", _sqlite), ("directory", _directory), ("space", _space), ("fsync", _fsync),
        ("zones", _zones), ("clock", _clock), ("interface", _interface), ("mail", lambda _: _mail(boot)),
        ("aside", _aside),
    ]  # fmt: skip
    rows = [(name, *look(directory)) for name, look in checks]
    if as_json:
        click.echo(json.dumps([{"check": name, "well": well, "found": found} for name, well, found in rows]))
    else:
        for name, well, found in rows:
            click.echo(f"{'well ' if well else 'CARE '} {name:<10} {found}")
    raise SystemExit(0 if all(well for _, well, _ in rows) else 1)


def _python(_: Path) -> tuple[bool, str]:
    return True, f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def _sqlite(_: Path) -> tuple[bool, str]:
    from parcours.wiring import sqlite_version

    version = sqlite_version()
    well = version >= (3, 51, 3)
    text = ".".join(map(str, version))
    return well, f"SQLite {text}" if well else f"SQLite {text} may corrupt a database in use. Install pysqlite3 0.6.1 or newer."


def _directory(path: Path) -> tuple[bool, str]:
    from parcours.wiring import initialized

    if initialized(path):
        return True, f"{path} is ready"
    return not path.exists() or not any(path.iterdir()), f"{path} is not made yet: parcours init --data {path} --owner you@example.org"


def _nearest(path: Path) -> Path:
    while not path.exists():
        path = path.absolute().parent
    return path


def _space(path: Path) -> tuple[bool, str]:
    free = shutil.disk_usage(_nearest(path)).free
    return free > 1 << 30, f"{free / (1 << 30):,.1f} GiB free" + ("" if free > 1 << 30 else ": make room, a full disk refuses events")


def _fsync(path: Path) -> tuple[bool, str]:
    import tempfile

    with tempfile.NamedTemporaryFile(dir=_nearest(path)) as file:
        start = time.perf_counter()
        for _ in range(FSYNCS):
            file.write(b"x" * 512)
            file.flush()
            os.fsync(file.fileno())
        each = (time.perf_counter() - start) / FSYNCS * 1000
    return each < 50, f"{each:.2f} ms for each fsync" + ("" if each < 50 else ": a slow disk makes every answer slow")


def _zones(_: Path) -> tuple[bool, str]:
    from parcours.app.zones import tzdata_version

    return True, f"tz data {tzdata_version()}"


def _clock(_: Path) -> tuple[bool, str]:
    year = time.gmtime().tm_year
    return 2025 < year < 2100, time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())


def _aside(path: Path) -> tuple[bool, str]:
    from parcours.app.standing import standing
    from parcours.cli.status import aside_lines
    from parcours.settings import from_environment
    from parcours.wiring import initialized, open_reading

    if not initialized(path):
        return True, "nothing is set aside"
    with open_reading(from_environment(str(path))) as services:
        lines = aside_lines(standing(services)["aside"])
    return not lines, "\n".join(lines).replace("aside    ", "", 1) if lines else "nothing is set aside"


def _mail(boot: "Boot") -> tuple[bool, str]:
    from parcours.wiring import try_mail

    try:
        return True, try_mail(boot)
    except ValueError as error:
        return False, str(error)


def _interface(_: Path) -> tuple[bool, str]:
    from importlib import resources

    built = resources.files("parcours").joinpath("static", "index.html").is_file()
    return built, "the interface is built" if built else "the interface is not built: run make setup, or install the package"
