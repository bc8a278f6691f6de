"""Reading the documents that people write: YAML, or JSON, which is YAML too."""

from pathlib import Path
from typing import Any

from parcours.app.operations import Refusal


def read_document(path: Path) -> dict[str, Any]:
    """The document of a file as plain values. Raises Refusal with the line of what cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise Refusal(f"{path} holds no document: it should begin with a key, for instance `journey: welcome`.")
    return document
