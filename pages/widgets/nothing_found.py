"""What the history says when nothing fits what is looked for."""

import streamlit as st

from pages.widgets.history_filters import clear_filters, filters_in_words
from pages.widgets.untrusted import plain_label


def nothing_found(query: str) -> None:
    """Nothing fits; filters that are on are named, since one forgets them."""
    said = filters_in_words()
    looked_for = f"“{plain_label(query, limit=60)}”" if query.strip() else ""
    under = ", ".join(said.values())
    if looked_for and said:
        st.info(f"Nothing has {looked_for} under these filters: {under}.")
    elif looked_for:
        st.info(
            f"Nothing has {looked_for}. All words must stand in one text; fewer words, "
            "or the beginning of one, find more."
        )
    elif said:
        st.info(f"No conversation fits these filters: {under}.")
    else:
        st.info("Every conversation is archived. Filters show archived ones.")
    if said:
        st.button(
            "Clear filters", icon=":material/filter_list_off:", on_click=clear_filters
        )
