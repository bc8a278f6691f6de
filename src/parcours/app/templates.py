"""Templates: put one, after everything wrong with it has been said."""

from collections.abc import Callable, Mapping
from typing import Any

from parcours.app.operations import Refusal
from parcours.app.ports import Template, Tx
from parcours.app.services import Services
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.matchers import canonical


def put_template(services: Services, progress: Callable[[int, int], None], document: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a template document, replacing the one of the same name. Raises Refusal with every problem; then nothing is kept."""
    problems = services.renderer.check(document)
    if problems:
        raise Refusal(f"The template {document.get('template', '')} was not put.", problems)
    template = Template(str(document["template"]), dict(document), f"{stable_hash(canonical(document)):016x}", services.clock.now())

    def unit(tx: Tx) -> None:
        tx.definitions.save_template(template)

    services.store.write(services.workspace, unit)
    progress(1, 1)
    return {"template": template.name, "digest": template.digest}


def list_templates(services: Services) -> list[dict[str, Any]]:
    """Name, digest and date of every template, by name."""
    found = services.store.read(services.workspace, lambda tx: tx.definitions.templates())
    return [{"template": name, "digest": found[name].digest, "updated_at": found[name].updated_at} for name in sorted(found)]
