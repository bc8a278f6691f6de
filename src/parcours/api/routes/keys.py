"""How to connect a site: the write key, the snippet, the import command."""

from typing import Final

from fastapi import APIRouter, Depends

from parcours.api.guard import Held, signed_in
from parcours.api.problems import answers
from parcours.api.wire import Answer

TEMPLATE: Final = """template: thank-you
topic: service
from: The Shop <shop@example.org>
subject: {fr: "Merci pour votre commande", en: "Thank you for your order"}
html:
  fr: "<h1>Merci {{ contact.name }} !</h1><p>Votre commande {{ event.order_id }} est bien arrivée.</p>"
  en: "<h1>Thank you, {{ contact.name }}!</h1><p>Your order {{ event.order_id }} has reached us.</p>"
"""
JOURNEY: Final = """journey: thank-you
title: {fr: Merci, en: Thank you}
entry:
  - on: {event: Order Completed}
reentry: after_exit
topic: service
transactional: true
steps:
  - {id: thanks, send: {email: thank-you}}
"""
PUBLISH: Final = """parcours templates put thank-you-mail.yaml --data {data}
parcours journeys publish thank-you.yaml --data {data}
"""

router = APIRouter(prefix="/api/keys", tags=["keys"], dependencies=[Depends(signed_in)], responses=answers(401))


class KeysAnswer(Answer):
    """What is needed to bring events in. Write keys are public by nature (they stand in web pages); secret keys are never shown again."""

    write_key: str | None
    address: str
    snippet: str
    curl: str
    import_command: str
    template: str
    journey: str
    publish_commands: str


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
        import_command=f"parcours import contacts contacts.csv --data {services.directory.resolve()}",
        template=TEMPLATE,
        journey=JOURNEY,
        publish_commands=PUBLISH.format(data=services.directory.resolve()),
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
    known = '{"userId": "user-42", "traits": {"name": "Marie", "email": "user-42@example.org", "language": "fr"}}'
    order = '{"userId": "user-42", "event": "Order Completed", "properties": {"order_id": "A1", "value": 30}}'
    return f"curl -u {key}: {address}/v1/identify -d '{known}'\ncurl -u {key}: {address}/v1/track -d '{order}'\n"
