"""The only file that names concrete adapters: it joins a data directory, its database, its history and its channels into Services."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from parcours.app.exclusive import Exclusive, Leasing
from parcours.app.initialize import Made, initialize_workspace
from parcours.app.ports import Channel, Clock, RowFiles, Store
from parcours.app.ports.sql import EventSql
from parcours.app.services import DemoControls, Services
from parcours.clock import DemoClock, SystemClock, real_now
from parcours.settings import Boot
from parcours.store import directory as data_directory
from parcours.store import open_store

WORKSPACE = 1
SHORTEST_PASSWORD = 8
SLOW = 5 * 60 * 1_000_000
"""A turn slower than five minutes is noted; on a demo clock, slower than five real seconds."""
RESERVE = 16 * 1024 * 1024
"""Bytes of the disk that are kept for opt-outs."""
DEMO_CLOCK = "demo_clock"
"""The setting that remembers where a demo's clock stands: [instant, speed, paused]."""


def use_kernel_cache() -> None:
    """Keep compiled code in the user's cache folder, under a hash of core, numba and processor; called before numba is imported.

    numba does not see edits in called files: a folder of its own for each state of core is what makes its cache right.
    """
    import hashlib
    import os
    import platform
    from importlib.metadata import version
    from importlib.resources import files

    import platformdirs

    core = hashlib.sha256("|".join((version("numba"), platform.machine(), platform.processor(), platform.python_version())).encode())
    for file in sorted(Path(str(files("parcours.core"))).rglob("*.py")):
        core.update(file.read_bytes())
    folder = Path(platformdirs.user_cache_dir("parcours")) / f"kernel-{core.hexdigest()[:16]}"
    os.environ.setdefault("NUMBA_CACHE_DIR", str(folder))


def initialized(path: Path) -> bool:
    """Whether a data directory was made ready."""
    return data_directory.initialized(path)


def shared(path: Path) -> bool:
    """Whether several processes may work on this directory at once (its database is PostgreSQL)."""
    return isinstance(data_directory.open_directory(path).database, str)


def owner_name() -> str:
    """A name for this process that no other has: host, process id and 64 random bits."""
    import os
    import secrets
    import socket

    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"


def initialize(
    path: Path,
    owner: str,
    password: str,
    *,
    zone: str = "Europe/Paris",
    name: str = "Parcours",
    database: str | None = None,
    boot: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Made:
    """Make a data directory with its database, owner, keys and settings. Raises ValueError (one sentence) when that cannot be."""
    from parcours.app.sign_in import Argon2id
    from parcours.app.workspace_settings import check_settings

    first = {"zone": zone, "name": name, "languages": ["fr", "en"], **(settings or {})}
    check_settings(first)
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"The password is too short: give at least {SHORTEST_PASSWORD} characters.")
    directory = data_directory.initialize(path, {**(boot or {}), **({"database": database} if database else {})})
    try:
        with contextlib.closing(open_store(directory.database)) as store:
            made = initialize_workspace(store, WORKSPACE, owner, Argon2id().hash(password), first, real_now())
        data_directory.complete(directory)
    except BaseException:
        data_directory.abandon(directory)
        raise
    return made


@contextlib.contextmanager
def open_services(boot: Boot, wake: Callable[[], None] = lambda: None) -> Iterator[Services]:
    """Services that read and write. The process owns the directory meanwhile, unless its database is PostgreSQL."""
    directory = data_directory.open_directory(boot.directory)
    use_kernel_cache()
    with contextlib.ExitStack() as stack:
        if not isinstance(directory.database, str):
            stack.enter_context(data_directory.owned(boot.directory))
        store = stack.enter_context(contextlib.closing(open_store(directory.database, on_fault=_stop_the_process, reserve=RESERVE)))
        clock = _clock(boot, directory.boot, store)
        if isinstance(clock, DemoClock):
            stack.callback(clock.save)
        email = _email(boot, directory.boot, store)
        stack.callback(email.close)
        exclusive = Exclusive(Leasing(store, WORKSPACE, clock, owner_name())) if isinstance(directory.database, str) else Exclusive()
        yield _services(boot, directory, store, clock, {"email": email}, wake, exclusive)


@contextlib.contextmanager
def open_reading(boot: Boot) -> Iterator[Services]:
    """Services to read with, also beside a running server."""
    directory = data_directory.open_directory(boot.directory)
    use_kernel_cache()
    with contextlib.closing(open_store(directory.database, writable=False)) as store:
        clock = _clock(boot, directory.boot, store, remember=False)
        yield _services(boot, directory, store, clock, {}, lambda: None)


def row_files() -> RowFiles:
    """Files of rows that people bring, for commands that need no data directory."""
    from parcours.lake.files import LocalFiles

    return LocalFiles()


def back_up(boot: Boot, target: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Back a data directory up into a new folder, beside a running server or without one. Raises ValueError (one sentence) or Refusal."""
    from parcours.app.backup import back_up as make
    from parcours.lake import open_copies
    from parcours.store.copies import Outward

    directory = data_directory.open_directory(boot.directory)
    return make(Outward(boot.directory, target, WORKSPACE), open_copies(directory.lake, target / data_directory.LAKE), real_now, progress)


def restore(backup: Path, path: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Make a data directory of a backup, with sends on hold. Raises ValueError (one sentence) or Refusal."""
    from parcours.app.restore import hold
    from parcours.app.restore import restore as bring_back
    from parcours.lake import open_copies
    from parcours.store.copies import Homeward

    copy = Homeward(backup, path, WORKSPACE)
    facts = bring_back(copy, open_copies(backup / data_directory.LAKE, path / data_directory.LAKE), progress)
    with contextlib.closing(open_store(path / data_directory.DATABASE_FILE)) as store:
        held = hold(store, WORKSPACE, real_now())
    copy.seal(facts)
    return {"data": str(path), "made_at": copy.facts["made_at"], **facts, "asked": held}


def event_sql(boot: Boot) -> EventSql:
    """SQL over the segments of a data directory."""
    from parcours.lake import open_sql

    return open_sql(data_directory.open_directory(boot.directory).lake)


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite that the store uses."""
    from pysqlite3 import dbapi2

    return tuple(dbapi2.sqlite_version_info)


def try_mail(boot: Boot) -> str:
    """Reach the mail server that would be used, sign in, and leave without sending; answers a sentence. Raises ValueError with one."""
    from parcours.channels.email.smtp_session import NoConnection, Session
    from parcours.channels.email.smtp_settings import smtp_settings

    stored = data_directory.open_directory(boot.directory).boot if initialized(boot.directory) else {}
    url = _mail_url(boot, stored)
    if url.startswith("mailbox:"):
        return "mails stay in the built-in mailbox: nothing leaves until you name a server (--smtp or PARCOURS_SMTP)"
    settings = replace(smtp_settings(url), timeout=5.0)
    place = f"{settings.host}:{settings.port}"
    try:
        Session(settings).close()
    except NoConnection as error:
        raise ValueError(f"{place} cannot be used: {error}") from error
    return f"{place} answers ({settings.security}{', signed in' if settings.user else ''})"


def online_retail() -> ModuleType:
    """The demo's shop (parcours.lake.online_retail)."""
    from parcours.lake import online_retail

    return online_retail


def _services(
    boot: Boot,
    directory: data_directory.DataDirectory,
    store: Store,
    clock: Clock,
    channels: Mapping[str, Channel],
    wake: Callable[[], None],
    exclusive: Exclusive | None = None,
) -> Services:
    from parcours.channels.email.render import EmailRenderer
    from parcours.lake import open_history
    from parcours.lake.files import LocalFiles

    return Services(
        store=store,
        history=open_history(directory.lake),
        files=LocalFiles(),
        clock=clock,
        workspace=WORKSPACE,
        renderer=EmailRenderer(),
        channels=channels,
        secret=directory.secret,
        public_url=(boot.public_url or directory.boot.get("public_url") or boot.base_url).rstrip("/"),
        directory=boot.directory,
        wake=wake,
        exclusive=exclusive or Exclusive(),
        disk_failed=_stop_the_process,
        demo=_controls(clock, directory.boot),
        slow=SLOW * max(1, int(clock.speed / 60)) if isinstance(clock, DemoClock) else SLOW,
    )


def _clock(boot: Boot, stored: Mapping[str, Any], store: Store, *, remember: bool = True) -> Clock:
    """The wall clock, or the demo's, which goes on where it stood."""
    kind, _, speed = boot.clock.partition(":")
    demo = stored.get("demo")
    if kind == "real" and not demo:
        return SystemClock()
    if kind not in ("real", "demo"):
        raise ValueError(f"--clock is real or demo:SPEED, not {boot.clock}.")
    settings = store.read(WORKSPACE, lambda tx: tx.definitions.settings())
    first, last = (demo["first"], demo["last"]) if demo else (real_now(), 2**61)
    at, known_speed, paused = settings.get(DEMO_CLOCK) or [first, None, bool(demo)]
    running = float(speed) if speed else known_speed or 1.0
    keep = (lambda *state: store.write(WORKSPACE, lambda tx: tx.definitions.set_setting(DEMO_CLOCK, list(state)))) if remember else None
    clock = DemoClock(at, running, last, paused=paused, **({"remember": keep} if keep else {}))
    if demo:
        clock.hold_at(at)  # until the feed has begun: what it would have missed could never be fed
    return clock


def _controls(clock: Clock, stored: Mapping[str, Any]) -> DemoControls | None:
    demo = stored.get("demo")
    if not isinstance(clock, DemoClock) or not demo:
        return None
    return DemoControls(
        clock.set_speed, clock.set_paused, lambda: clock.speed, lambda: clock.paused, demo["first"], demo["last"], demo.get("customers")
    )


def _mail_url(boot: Boot, stored: Mapping[str, Any]) -> str:
    return boot.smtp or str(stored.get("smtp") or "mailbox://")


def _email(boot: Boot, stored: Mapping[str, Any], store: Store) -> Channel:
    url = _mail_url(boot, stored)
    if url.startswith("mailbox:"):
        from parcours.channels.email.mailbox import MailboxChannel

        return MailboxChannel(store, WORKSPACE)
    from parcours.channels.email.smtp import SmtpChannel
    from parcours.channels.email.smtp_settings import smtp_settings

    return SmtpChannel(smtp_settings(url))


def _stop_the_process(sentence: str) -> None:
    """The disk failed: nothing that is answered from now on could be true (fail-stop)."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
    threading.Timer(0.2, _exit).start()


def _exit() -> None:
    import os

    os._exit(70)
