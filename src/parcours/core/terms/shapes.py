"""Shapes: the table of a document's fields, from which checks, JSON Schema and reference pages derive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from parcours.core.terms.problems import Problem
from parcours.core.terms.shape_types import Refused, Type

ABSENT: Final = object()
"""The default of a field that has none."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, type, range (in the unit the type is read to), default (as it is written) and documentation."""

    name: str
    type: Type
    en: str
    fr: str
    required: bool = False
    default: Any = ABSENT
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields one kind of document may have."""

    name: str
    en: str
    fr: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((each for each in self.fields if each.name == name), None)


def near(name: str, known: Sequence[str]) -> tuple[str, str]:
    """The hint that ends a sentence about an unknown name: the nearest known one, else nothing; (en, fr)."""
    found = get_close_matches(name, known, n=1)
    return (f"; did you mean `{found[0]}`?", f" ; vouliez-vous dire « {found[0]} » ?") if found else ("", "")


def _unknown_key(shape: Shape, key: str, path: str, step: str | None) -> Problem:
    known = [field.name for field in shape.fields]
    hint_en, hint_fr = near(str(key), known)
    return Problem(
        "unknown_key",
        join(path, str(key)),
        f"`{key}` means nothing here: remove it, or use one of {', '.join(known)}{hint_en}",
        f"« {key} » ne veut rien dire ici : enlevez-le, ou utilisez l'un de {', '.join(known)}{hint_fr}",
        step,
    )


def join(path: str, key: str | int) -> str:
    """The path of a part: `steps[2].wait`."""
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key


def _in_range(field: Field, value: Any) -> None:
    if field.minimum is not None and value < field.minimum:
        low = field.type.write(field.minimum)
        raise Refused(f"write at least {low}", f"écrivez au moins {low}", "out_of_range")
    if field.maximum is not None and value > field.maximum:
        high = field.type.write(field.maximum)
        raise Refused(f"write at most {high}", f"écrivez au plus {high}", "out_of_range")


def _read_field(field: Field, document: Mapping[str, Any]) -> Any:
    written = document.get(field.name, field.default)
    if written is ABSENT:
        if field.required:
            raise Refused(f"is missing: write {field.type.en}", f"manque : écrivez {field.type.fr}", "missing_key")
        return ABSENT
    value = field.type.read(written)
    _in_range(field, value)
    return value


def check(shape: Shape, document: Any, path: str = "", step: str | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """The fields that are there (or have a default) in their meant form, and every problem of the document against its shape."""
    if not isinstance(document, Mapping):
        return {}, [Problem("wrong_type", path, "write fields, as `key: value`", "écrivez des champs, sous la forme `clé: valeur`", step)]
    problems = [_unknown_key(shape, key, path, step) for key in document if not isinstance(key, str) or shape.field(key) is None]
    values: dict[str, Any] = {}
    for field in shape.fields:
        try:
            value = _read_field(field, document)
        except Refused as refused:
            at = join(path, field.name)
            problems.append(Problem(refused.code, at, f"`{field.name}`: {refused.en}", f"« {field.name} » : {refused.fr}", step))
            continue
        if value is not ABSENT:
            values[field.name] = value
    return values, problems


def write(shape: Shape, values: Mapping[str, Any]) -> dict[str, Any]:
    """The written form of meant values: the inverse of `check`, in the order of the shape's fields."""
    return {field.name: field.type.write(values[field.name]) for field in shape.fields if field.name in values}


def json_schema(shape: Shape, language: str = "en") -> dict[str, Any]:
    """The shape as a JSON Schema object (draft 2020-12)."""
    properties: dict[str, Any] = {}
    for field in shape.fields:
        entry: dict[str, Any] = {**field.type.schema, "description": field.fr if language == "fr" else field.en}
        if field.default is not ABSENT:
            entry["default"] = field.default
        if field.type.schema.get("type") in ("integer", "number"):
            entry |= {key: bound for key, bound in (("minimum", field.minimum), ("maximum", field.maximum)) if bound is not None}
        properties[field.name] = entry
    required = [field.name for field in shape.fields if field.required]
    schema: dict[str, Any] = {"type": "object", "title": shape.name, "description": shape.fr if language == "fr" else shape.en}
    return schema | {"properties": properties, "required": required, "additionalProperties": False}


def reference(shape: Shape, language: str = "en") -> list[tuple[str, str, str, str, str]]:
    """One row per field for the reference pages: name, type, required or not, default, what it says."""
    yes, no = ("oui", "non") if language == "fr" else ("yes", "no")
    return [
        (
            field.name,
            field.type.fr if language == "fr" else field.type.en,
            yes if field.required else no,
            "" if field.default is ABSENT else str(field.default),
            field.fr if language == "fr" else field.en,
        )
        for field in shape.fields
    ]
