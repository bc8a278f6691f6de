"""A problem of a document: one thing wrong, where it is, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document. All problems are reported at once; `en` and `fr` each say what to do."""

    code: str
    path: str
    en: str
    fr: str
    step: str | None = None
