"""Says under which address a run can be seen, whatever host a request names."""

from ipaddress import ip_address
from urllib.parse import urlencode

import streamlit as st

from pages.widgets.layout import CONVERSATION


def run_url(public_url: str, conversation_uid: str) -> str:
    """The page of a run's conversation.

    Args:
        public_url: Where people open the app, if it is set.
        conversation_uid: The conversation.
    """
    query = urlencode({CONVERSATION: conversation_uid})
    return f"{public_url or _served_at()}/?{query}"


def _served_at() -> str:
    """Where it listens, as this machine can open it."""
    address = st.get_option("server.address") or "localhost"
    try:
        ip = ip_address(address)
    except ValueError:
        host = address
    else:
        host = (
            "localhost"
            if ip.is_unspecified
            else f"[{ip}]"
            if ip.version == 6
            else address
        )
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    port = st.get_option("server.port")
    return f"{scheme}://{host}:{port}/{base}".rstrip("/")
