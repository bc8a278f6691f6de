"""The public door: what the links in sent messages open. No login, no cookie, no script."""

from parcours.api.public.routes import router

__all__ = ["router"]
