"""The unsubscribe page: plain HTML, readable by anyone, in the reader's language."""

import base64
import hashlib
from html import escape
from typing import Final, Literal

from parcours.app.unsubscribe import Subscription

State = Literal["ask", "done", "unknown"]
LANGUAGES: Final = ("fr", "en")

STYLE: Final = (
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "h1{font-size:1.5rem}form{display:grid;gap:.75rem;margin-top:1.5rem}"
    "button{font:inherit;padding:.75rem 1rem;border:2px solid #1a1a1a;border-radius:.5rem;background:#fff;color:#1a1a1a;cursor:pointer}"
    "button.first{background:#1a1a1a;color:#fff}button:focus-visible{outline:3px solid #0b5fff;outline-offset:2px}"
)
POLICY: Final = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)

_WORDS: Final = {
    "fr": {
        "ask": "Ne plus recevoir ces messages ?",
        "topic": "Vous ne recevrez plus nos messages sur le sujet « {topic} ».",
        "plain": "Vous ne recevrez plus ces messages.",
        "stop": "Ne plus recevoir ces messages",
        "all": "Ne plus recevoir aucun message commercial",
        "done": "C'est fait",
        "done_text": "Vous ne recevrez plus ces messages. Vous pouvez fermer cette page.",
        "more": "Vous pouvez aussi ne plus recevoir aucun message commercial.",
        "unknown": "Ce lien ne mène nulle part",
        "unknown_text": "Il est incomplet, ou il ne vient pas de nous. Ouvrez-le à nouveau depuis le message.",
    },
    "en": {
        "ask": "Stop receiving these messages?",
        "topic": "You will no longer receive our messages about “{topic}”.",
        "plain": "You will no longer receive these messages.",
        "stop": "Stop receiving these messages",
        "all": "Stop receiving any marketing message",
        "done": "Done",
        "done_text": "You will no longer receive these messages. You may close this page.",
        "more": "You may also stop receiving any marketing message.",
        "unknown": "This link leads nowhere",
        "unknown_text": "It is incomplete, or it does not come from us. Open it again from the message.",
    },
}


def language_of(about: Subscription | None, accepted: str) -> str:
    """The person's own language, else the browser's (Accept-Language), else the workspace's."""
    own = about.own_language if about else None
    asked = (part.partition(";")[0].strip().partition("-")[0].lower() for part in accepted[:200].split(","))
    wished = (own, *asked, about.default_language if about else None)
    return next((language for language in wished if language in LANGUAGES), "en")


def page(state: State, language: str, about: Subscription | None = None, *, everything: bool = False) -> str:
    """The page as HTML."""
    words = _WORDS[language]
    name = escape(about.workspace) if about else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(words[state])}{' – ' + name if name else ''}</title><style>{STYLE}</style></head>"
        f"<body><main>{f'<p>{name}</p>' if name else ''}<h1>{escape(words[state])}</h1>"
        f"{_body(state, words, about, everything=everything)}</main></body></html>"
    )


def _body(state: State, words: dict[str, str], about: Subscription | None, *, everything: bool) -> str:
    if state == "unknown":
        return f"<p>{escape(words['unknown_text'])}</p>"
    if state == "done":
        rest = "" if everything else f'<p>{escape(words["more"])}</p><form method="post">{_button(words, "all", first=False)}</form>'
        return f'<p role="status">{escape(words["done_text"])}</p>{rest}'
    topic = about.topic if about else ""
    text = words["topic"].format(topic=topic) if topic else words["plain"]
    return f'<p>{escape(text)}</p><form method="post">{_button(words, "stop", first=True)}{_button(words, "all", first=False)}</form>'


def _button(words: dict[str, str], choice: str, *, first: bool) -> str:
    style = ' class="first"' if first else ""
    return f'<button name="choice" value="{choice}"{style}>{escape(words[choice])}</button>'
