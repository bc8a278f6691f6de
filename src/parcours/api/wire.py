"""Types shared by the answers: instants as ISO 8601 text, text in every language, and the base of bodies."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from parcours.core.terms.instants import format_instant

_DATE_TIME = WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization")
Instant = Annotated[int, PlainSerializer(format_instant, return_type=str), _DATE_TIME]
"""UTC microseconds inside, ISO 8601 text with Z outside."""


class Answer(BaseModel):
    """What we say: read from the values that use cases return."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Body(BaseModel):
    """What we are told: a field we do not know is a problem, never ignored (no mass assignment)."""

    model_config = ConfigDict(extra="forbid")


class Text(Answer):
    """One text in the interface's languages."""

    fr: str
    en: str
