"""Corrects Streamlit; a test of each patch fails when it is no longer needed."""

from pages.streamlit_patches.document_style import (
    STYLE_NAME,
    DocumentStyle,
    answer_style,
)
from pages.streamlit_patches.front_end import (
    SCRIPTS,
    correct_front_end,
    redirect_misdirected_link,
)
from pages.streamlit_patches.installed_components import find_no_installed_components
from pages.streamlit_patches.kept_address import asked_page, keep_addresses
from pages.streamlit_patches.server_logs import log_server_as_json
from pages.streamlit_patches.tcp_nodelay import TcpNoDelay
from pages.streamlit_patches.uninterrupted_callbacks import keep_callbacks_uninterrupted

__all__ = [
    "SCRIPTS", "STYLE_NAME", "DocumentStyle", "TcpNoDelay", "answer_style",
    "asked_page", "correct_front_end", "find_no_installed_components",
    "keep_addresses", "keep_callbacks_uninterrupted", "log_server_as_json",
    "redirect_misdirected_link",
]  # fmt: skip
