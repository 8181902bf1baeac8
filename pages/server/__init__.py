"""Adds to Streamlit's server: security headers, a health check and our scripts."""

from pages.server.routes import MIDDLEWARE, ROUTES

__all__ = ["MIDDLEWARE", "ROUTES"]
