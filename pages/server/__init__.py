"""Adds to Streamlit's server: security headers, a health check and our script."""

from pages.server.routes import MIDDLEWARE, ROUTES

__all__ = ["MIDDLEWARE", "ROUTES"]
