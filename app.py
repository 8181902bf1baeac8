"""The server: the pages behind security headers, with start, stop and a health check.

`streamlit run app.py` finds ``app`` and serves it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from moa_core.errors import MoAError
from pages.server import SecurityHeaders, healthz
from services import close_services, services


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open the database and find models at start; record every run's end at stop."""
    with suppress(MoAError):  # the page says what is wrong, and tries again
        services()
    try:
        yield
    finally:
        close_services()


app = st.App(
    Path(__file__).parent / "pages" / "shell.py",
    middleware=[Middleware(SecurityHeaders)],
    routes=[Route("/healthz", healthz)],
    lifespan=lifespan,
)
