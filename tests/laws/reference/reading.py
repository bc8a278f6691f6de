"""A journey document, read with its defaults; it is taken to be free of problems."""

from typing import Any

from tests.laws.reference.lengths import microseconds
from tests.laws.reference.model import END, Document, Journey, Step

KINDS = ("wait", "wait_for", "branch", "split", "send", "tag", "untag", "attribute", "done")


def percent(text: Any) -> int:
    """`2.5%` in hundredths of a percent."""
    return round(float(text.rstrip("%")) * 100) if isinstance(text, str) else 0


def read_journey(document: Document) -> Journey:
    """The journey a document describes."""
    documents = document.get("steps", [])
    following = [d["id"] for d in documents[1:]] + [END]
    steps = {d["id"]: read_step(d, after) for d, after in zip(documents, following, strict=True)}
    reentry = document.get("reentry", "never")
    transactional = bool(document.get("transactional", False))
    return Journey(
        key=document["journey"],
        document=document,
        entries=document["entry"],
        instance=document.get("instance"),
        reentry=microseconds(reentry["after"]) if isinstance(reentry, dict) else reentry,
        goal=document.get("goal"),
        exit_when=document.get("exit", {}).get("when", "goal"),
        exits=document.get("exits", []),
        holdout=percent(document.get("holdout", "0%" if transactional else "10%")),
        topic=document.get("topic"),
        transactional=transactional,
        priority=document.get("priority", 50),
        steps=steps,
    )


def read_step(document: Document, after: str) -> Step:
    """The step a document describes; `after` is the step below it."""
    kind = next(kind for kind in KINDS if kind in document)
    return Step(document["id"], kind, document, document.get("next", after))
