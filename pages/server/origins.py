"""Decides which pages may talk to the server, as Streamlit does for its own socket."""

from typing import Final
from urllib.parse import urlparse

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from streamlit import get_option
from streamlit.web.server.server_util import (
    allow_all_cross_origin_requests,
    allowlisted_origins,
)
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "0.0.0.0"})  # noqa: S104


def may_talk(headers: Headers) -> bool:
    """Whether a request comes from a page of ours.

    The host must be one of ``server.allowedHosts``; the page's origin that host, this
    machine, ``server.address``, or one of ``server.corsAllowedOrigins``. No origin at
    all, which no browser sends with a WebSocket, is let in. Streamlit also asks the
    network for this machine's own addresses; nothing here waits for that.
    """
    host, origin = headers.get("host"), headers.get("origin")
    if not is_host_allowed(host):
        return False
    if origin is None or allow_all_cross_origin_requests():
        return True
    try:
        page = urlparse(origin)
        name = page.hostname
    except ValueError:
        return False
    allowed = {urlparse(each).hostname or each for each in allowlisted_origins()}
    address = get_option("server.address")
    return page.netloc == host or name in {*_THIS_MACHINE, *allowed, address} - {None}


def address_of(connection: HTTPConnection) -> str:
    """The address that a request comes from; behind a proxy, of the proxy."""
    return connection.client.host if connection.client else ""
