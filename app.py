"""The server: the pages behind security headers, with start, stop and a health check.

`streamlit run app.py` finds ``app`` and serves it.
"""

import gc

gc.disable()  # what is imported stays: there is no garbage to look for

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path

import streamlit as st

import pages
from moa_core.errors import MoAError
from pages.server import (
    MIDDLEWARE,
    ROUTES,
    runs_stopped_on_signals,
    secrets_of,
    trusting,
)
from pages.streamlit_patches import (
    find_no_installed_components,
    keep_addresses,
    keep_callbacks_uninterrupted,
    log_server_as_json,
)
from services import (
    close_services,
    serve_at,
    server_settings,
    services,
    sign_in_settings,
)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open the database and find models at start; record every run's end at stop."""
    import_module("pages.widgets.chat")  # else the first visitor waits for it
    with suppress(MoAError):  # the page says what is wrong, and tries again
        services()
    try:
        with runs_stopped_on_signals():
            yield
    finally:
        close_services()


if server_settings().log_format == "json":
    log_server_as_json()
find_no_installed_components()
keep_callbacks_uninterrupted()
keep_addresses()
serve_at(st.get_option("server.address"))
sign_in = sign_in_settings()
app = st.App(
    Path(pages.__file__).parent / "shell.py",
    middleware=(*trusting(sign_in), *MIDDLEWARE),
    routes=ROUTES,
    lifespan=lifespan,
    secrets=secrets_of(sign_in),
)
gc.enable()
