"""Adds to Streamlit's server: security headers, a health check and the front page."""

from pages.server.routes import MIDDLEWARE, ROUTES
from pages.server.uninterrupted_callbacks import keep_callbacks_uninterrupted

__all__ = ["MIDDLEWARE", "ROUTES", "keep_callbacks_uninterrupted"]
