"""How to connect a site: the write key, the snippet, the import command."""

from fastapi import APIRouter, Depends

from parcours.api.guard import Held, signed_in
from parcours.api.problems import answers
from parcours.api.wire import Answer

router = APIRouter(prefix="/api/keys", tags=["keys"], dependencies=[Depends(signed_in)], responses=answers(401))


class KeysAnswer(Answer):
    """What is needed to bring events in. Write keys are public by nature (they stand in web pages); secret keys are never shown again."""

    write_key: str | None
    address: str
    snippet: str
    curl: str
    import_command: str


@router.get("")
def read_keys(services: Held) -> KeysAnswer:
    """The newest write key, and texts to copy that use it."""
    keys = services.store.read(services.workspace, lambda tx: tx.accounts.keys())
    usable = [one.text for one in keys if one.kind == "write" and one.text and not one.revoked]
    key, address = (usable[-1] if usable else None), services.public_url
    shown = key or "WRITE_KEY"
    return KeysAnswer(
        write_key=key,
        address=address,
        snippet=_snippet(shown, address),
        curl=_curl(shown, address),
        import_command=f"parcours import contacts contacts.csv --data {services.directory}",
    )


def _snippet(key: str, address: str) -> str:
    protocol, _, host = address.partition("://")
    return (
        'import { AnalyticsBrowser } from "@segment/analytics-next"\n\n'
        "const analytics = AnalyticsBrowser.load(\n"
        f'  {{ writeKey: "{key}", cdnURL: "{address}" }},\n'
        f'  {{ integrations: {{ "Segment.io": {{ apiHost: "{host}/v1", protocol: "{protocol}" }} }} }},\n'
        ")\n\n"
        'analytics.identify("user-42", { email: "user-42@example.org" })\n'
        'analytics.track("Order Completed", { value: 30 })\n'
    )


def _curl(key: str, address: str) -> str:
    body = '{"userId": "user-42", "event": "Order Completed", "properties": {"value": 30}}'
    return f"curl -u {key}: -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  {address}/v1/track\n"
