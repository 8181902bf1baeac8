"""Streamlit's own page, with what our pages need of it beyond what it does."""

from functools import cache
from pathlib import Path
from typing import Final

import streamlit

_SERVER_IS_BESIDE: Final = (
    "window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}"
)
_IN_SIGHT: Final = Path(__file__).with_name("in_sight.js")


@cache
def front_page() -> str:
    """Streamlit's page, told where its server is, and not to glide from a click.

    Opened at `/spend` it would first look for the server there, be refused twice, and
    wait a tenth of a second before it asks at the root (docs/measurements.md). Behind
    a `server.baseUrlPath` Streamlit sends its own: our routes do not stand there.
    """
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    ours = [_SERVER_IS_BESIDE, _IN_SIGHT.read_text("utf-8")]
    scripts = "".join(f"<script>{script}</script>" for script in ours)
    return page.read_text("utf-8").replace("<head>", f"<head>{scripts}", 1)
