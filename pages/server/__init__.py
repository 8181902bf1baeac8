"""Adds to Streamlit's server: headers, health, scripts, runs and the API."""

from pages.server.routes import MIDDLEWARE, ROUTES
from pages.server.shutdown import runs_stopped_on_signals
from pages.server.signing_in import secrets_of, trusting

__all__ = [
    "MIDDLEWARE", "ROUTES", "runs_stopped_on_signals", "secrets_of", "trusting",
]  # fmt: skip
