"""Definitions: journeys and their versions, templates, settings, and the workspace's own dated events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class JourneyVersion:
    """A draft (version 0) or a published, immutable version. `status` of the journey: draft, live, paused, archived."""

    journey: str
    version: int
    document: Mapping[str, Any]
    digest: str
    published_at: int
    status: str
    follow: bool = True
    redirects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """An e-mail template as put: `{template, topic, from, subject: {fr, en}, html, text}`; html and text are text or per language."""

    name: str
    document: Mapping[str, Any]
    digest: str
    updated_at: int


class Definitions(Protocol):
    """Documents of one workspace, its settings, and what happened to them."""

    def save_journey(self, version: JourneyVersion, /) -> None:
        """Keep a draft (replacing it) or a new version (never replaced: a known version raises ValueError)."""
        ...

    def journeys(self) -> list[JourneyVersion]:
        """Every journey's drafts and versions, by journey and version."""
        ...

    def set_status(self, journey: str, status: str, /) -> None: ...

    def save_template(self, template: Template, /) -> None: ...

    def templates(self) -> dict[str, Template]: ...

    def settings(self) -> dict[str, Any]: ...

    def set_setting(self, key: str, value: Any, /) -> None:
        """None removes the key."""
        ...

    def workspace_events(self, new: Sequence[Mapping[str, Any]] = (), /) -> list[dict[str, Any]]:
        """Append `new` ({at, kind, journey, version, value}) and answer all, by at then order of arrival."""
        ...
