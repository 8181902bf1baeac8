"""Adds to Streamlit's server: headers, a health check, our scripts and runs."""

from pages.server.routes import MIDDLEWARE, ROUTES

__all__ = ["MIDDLEWARE", "ROUTES"]
