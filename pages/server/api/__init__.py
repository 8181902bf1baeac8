"""Serves OpenAI's protocol: each preset is a model that other programs can ask."""

from pages.server.api.closing import refuse_requests, shutting_down
from pages.server.api.routes import api_routes

__all__ = ["api_routes", "refuse_requests", "shutting_down"]
