"""Adds to Streamlit's server: security headers, a health check and the front page."""

from pages.server.routes import MIDDLEWARE, ROUTES
from pages.server.whole_clicks import do_clicks_whole

__all__ = ["MIDDLEWARE", "ROUTES", "do_clicks_whole"]
