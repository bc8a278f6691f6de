"""What browser libraries fetch before their first event: settings that send them to this address and name no other destination."""

import re
from typing import Any, Final

from starlette.requests import Request

_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?")


def reached_by(request: Request) -> str:
    """Host and port under which the client reached us, as it said."""
    host = request.headers.get("host", "")
    return host if _HOST.fullmatch(host) else ""


def project_settings(request: Request, write_key: str) -> dict[str, Any]:
    """`GET /v1/projects/KEY/settings`: the document that analytics.js (npm analytics-next and its relatives) loads."""
    destination = {"apiKey": write_key, "apiHost": f"{reached_by(request)}/v1", "protocol": request.url.scheme, "type": "browser"}
    return {
        "integrations": {
            "Segment.io": {**destination, "bundlingStatus": "bundled", "unbundledIntegrations": [], "addBundledMetadata": False}
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}, "identify": {"__default": {"enabled": True}}},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def source_config(write_key: str) -> dict[str, Any]:
    """`GET /sourceConfig/`: the document that RudderStack's JavaScript library loads."""
    silent = {"enabled": False}
    source = {
        "id": "parcours",
        "name": "parcours",
        "writeKey": write_key,
        "enabled": True,
        "workspaceId": "parcours",
        "config": {"statsCollection": {"errors": silent, "metrics": silent}},
        "connections": [],
        "destinations": [],
        "dataplanes": {},
    }
    return {"source": source, "updatedAt": "1970-01-01T00:00:00.000Z"}
