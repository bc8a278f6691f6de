"""The SMTP channel: a few connections kept open, messages shared among them."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Lock

from parcours.app.ports import Delivery, Outgoing, Sending
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

    def deliver(self, batch: Sequence[Outgoing], at: int, sending: Sending, /) -> None:
        """Share the batch among the connections. When the server cannot be reached, what is left is deferred at once."""
        del at
        waiting = deque(batch)
        workers = [self._pool.submit(self._work, waiting, sending) for _ in range(min(self._settings.connections, len(batch)))]
        reason = _last(workers)
        for outgoing in waiting:
            sending.ended(Delivery(outgoing.message_id, "deferred", 0, reason))

    def _work(self, waiting: deque[Outgoing], sending: Sending) -> str:
        """Send what waits over one connection after another; answers why it stopped early, or nothing.

        What became of a message is recorded when the next one starts; at once when that may take a while, or there is none.
        """
        session: Session | None = None
        last: Delivery | None = None
        try:
            while waiting:
                if session is None or not session.usable:
                    self._pause(session, last, sending)
                    session = last = None
                    session = self._take()
                try:
                    outgoing = waiting.popleft()
                except IndexError:
                    break
                last = session.send(outgoing, partial(sending.may_start, outgoing, last))
        except NoConnection as error:
            return f"No connection to the mail server: {error}"
        finally:
            self._pause(session, last, sending)
        return ""

    def _pause(self, session: Session | None, last: Delivery | None, sending: Sending) -> None:
        """Tell what became of a connection's last message, and give the connection back."""
        try:
            if last is not None:
                sending.ended(last)
        finally:
            if session is not None:
                self._give(session)

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
    """Why the last one stopped early, once all have stopped."""
    wait(workers)
    reasons = [reason for worker in workers if (reason := worker.result())]
    return reasons[-1] if reasons else "The mail server could not be reached."
