"""Streamlit's own page, as it is sent at addresses below the root."""

from functools import cache
from pathlib import Path
from typing import Final

import streamlit

_SERVER_IS_BESIDE: Final = (
    "<script>window.__streamlit = "
    "{BACKEND_BASE_URL: new URL('.', location.href).href}</script>"
)


@cache
def page_below_root() -> str:
    """Streamlit's page, told where its server is.

    Opened at `/spend` it would first look for the server there, be refused twice, and
    wait a tenth of a second before it asks at the root (docs/measurements.md). Behind
    a `server.baseUrlPath` it still does: this route does not stand there.
    """
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    return page.read_text("utf-8").replace("<head>", f"<head>{_SERVER_IS_BESIDE}", 1)
