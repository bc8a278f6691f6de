"""The SMTP channel: a few connections kept open, messages shared among them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock

from parcours.app.ports import Delivery, Outgoing
from parcours.channels.email.smtp_session import NoConnection, Session
from parcours.channels.email.smtp_settings import SmtpSettings


class SmtpChannel:
    """Delivers to one mail server. Safe to use from several threads; they share the connections."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._pool = ThreadPoolExecutor(settings.connections, thread_name_prefix="smtp")
        self._idle: list[Session] = []
        self._lock = Lock()

    @property
    def idempotent(self) -> bool:
        """A server that took a message twice delivers it twice."""
        return False

    def deliver(self, batch: Sequence[Outgoing], at: int, may_start: Callable[[Outgoing], bool], /) -> Iterator[Delivery]:
        """Answer each message as soon as its outcome is known. When the server cannot be reached, what is left is deferred at once."""
        del at
        waiting = deque(batch)
        known: SimpleQueue[Delivery | None] = SimpleQueue()
        workers = [self._pool.submit(self._work, waiting, known, may_start) for _ in range(min(self._settings.connections, len(batch)))]
        running = len(workers)
        while running:
            delivery = known.get()
            if delivery is None:
                running -= 1
            else:
                yield delivery
        reason = _last(workers)
        for outgoing in waiting:
            yield Delivery(outgoing.message_id, "deferred", 0, reason)

    def _work(self, waiting: deque[Outgoing], known: "SimpleQueue[Delivery | None]", may_start: Callable[[Outgoing], bool]) -> str:
        """Send what waits over one connection after another; answers why it stopped early, or nothing."""
        session: Session | None = None
        try:
            while waiting:
                if session is None or not session.usable:
                    session = self._take()
                try:
                    outgoing = waiting.popleft()
                except IndexError:
                    break
                known.put(session.send(outgoing, may_start))
        except NoConnection as error:
            return f"No connection to the mail server: {error}"
        finally:
            if session is not None:
                self._give(session)
            known.put(None)
        return ""

    def _take(self) -> Session:
        """An open connection: an idle one that still answers, else a new one. Raises NoConnection."""
        while True:
            with self._lock:
                session = self._idle.pop() if self._idle else None
            if session is None:
                return Session(self._settings)
            if session.alive():
                return session
            session.close()

    def _give(self, session: Session) -> None:
        if session.usable:
            with self._lock:
                self._idle.append(session)
        else:
            session.quit()

    def close(self) -> None:
        """Say goodbye on every connection."""
        self._pool.shutdown(wait=True)
        for session in self._idle:
            session.quit()
        self._idle.clear()


def _last(workers: Sequence["Future[str]"]) -> str:
    reasons = [reason for worker in workers if (reason := worker.result())]
    return reasons[-1] if reasons else "The mail server could not be reached."
