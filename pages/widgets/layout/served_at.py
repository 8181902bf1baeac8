"""Says at which address the app can be opened, by people and by programs."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st


def served_at(public_url: str) -> str:
    """The app's address, without a slash at its end, whatever host a request names.

    Args:
        public_url: Where people open the app, if it is set; else it is where it
            listens, as this machine can open it.
    """
    if public_url:
        return public_url.rstrip("/")
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


def opened_at(public_url: str) -> str:
    """The app's address as the user of this page has opened it.

    Args:
        public_url: As for ``served_at``, which comes first.
    """
    opened = urlsplit(st.context.url or "")
    if public_url or not opened.netloc:
        return served_at(public_url)
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{opened.scheme}://{opened.netloc}/{base}".rstrip("/")
