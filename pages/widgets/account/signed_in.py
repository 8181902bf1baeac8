"""Says in the sidebar who is signed in, and lets them log out."""

import streamlit as st

from moa_core.text import one_line


def signed_in_as(shown: str, *, may_log_out: bool) -> None:
    """One line at the foot of the sidebar.

    Args:
        shown: E-mail address or name.
        may_log_out: Whether that is done here, not by a proxy.
    """
    with st.sidebar.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="account"
    ):
        st.text(f"Signed in as {one_line(shown, 200)}")  # labels make e-mails links
        if may_log_out:
            st.button(
                "Log out",
                key="log-out",
                icon=":material/logout:",
                type="tertiary",
                on_click=st.logout,
            )
