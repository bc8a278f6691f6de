"""Long work that the interface can watch and cancel: one thread each, progress in plain numbers."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Cancelled(Exception):
    """The work was cancelled by the person who asked for it."""


@dataclass(slots=True)
class Job:
    """One piece of long work. `state` is running, done, failed or cancelled; `done`/`total` count in the work's own unit."""

    id: str
    kind: str
    subject: str
    state: str = "running"
    done: int = 0
    total: int = 0
    result: Any = None
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        """Record progress; raises Cancelled when the person asked to stop."""
        self.done, self.total = done, total
        if self.stop.is_set():
            raise Cancelled


class Jobs:
    """The jobs of this process, newest last; at most `keep` finished ones are remembered."""

    def __init__(self, keep: int = 100) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._keep = keep

    def start(self, kind: str, subject: str, work: Callable[[Job], Any]) -> Job:
        """Run `work(job)` in a thread; a running job of the same kind and subject is answered instead of starting another."""
        with self._lock:
            for job in self._jobs.values():
                if (job.kind, job.subject, job.state) == (kind, subject, "running"):
                    return job
            job = Job(uuid.uuid4().hex, kind, subject)
            self._jobs[job.id] = job
            self._forget_old()
        threading.Thread(target=self._run, args=(job, work), name=f"job-{kind}", daemon=True).start()
        return job

    def get(self, job_id: str) -> Job | None:
        """The job, or None when it is not known (any more)."""
        return self._jobs.get(job_id)

    def latest(self, kind: str, subject: str) -> Job | None:
        """The job of this kind and subject that was started last."""
        found = [job for job in self._jobs.values() if (job.kind, job.subject) == (kind, subject)]
        return found[-1] if found else None

    def cancel(self, job_id: str) -> bool:
        """Ask a job to stop; answers whether it is known."""
        job = self._jobs.get(job_id)
        if job is not None:
            job.stop.set()
        return job is not None

    @staticmethod
    def _run(job: Job, work: Callable[[Job], Any]) -> None:
        try:
            job.result = work(job)
            job.state = "done"
        except Cancelled:
            job.state = "cancelled"
        except Exception as error:
            job.error = str(error) or type(error).__name__
            job.state = "failed"

    def _forget_old(self) -> None:
        finished = [key for key, job in self._jobs.items() if job.state != "running"]
        for key in finished[: max(0, len(finished) - self._keep)]:
            del self._jobs[key]
