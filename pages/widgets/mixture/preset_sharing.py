"""Presets that travel: files, links, and what is different between two."""

from collections.abc import Sequence

import streamlit as st

from moa_core.errors import MoAError
from moa_core.mixture import (
    MAX_FILE_BYTES,
    Preset,
    config_changes,
    encode_mixture,
    preset_to_json,
    presets_from_json,
    presets_to_json,
)
from pages.widgets.formatting import notices
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.preset_choice import (
    LINK,
    Choice,
    remember_preset,
    selected_preset,
)
from pages.widgets.mixture.state import current_mixture
from services import Services

_FILE = "preset file"
_SAID = "what an import said"


def preset_sharing(app: Services, every: list[Choice]) -> None:
    """Draw export, import, link and differences of the mixture in the editor.

    Args:
        app: Where imported presets are kept.
        every: All presets.
    """
    with st.expander("Export, import, link", icon=":material/ios_share:", key="share"):
        _export(every)
        _link()
        _import(app)
    with st.expander("Differences", icon=":material/difference:", key="diff"):
        _differences(every)


def _export(every: Sequence[Choice]) -> None:
    preset = _as_preset(every)
    own = [choice.preset for choice in every if choice.stored]
    row = st.container(horizontal=True, gap="small")
    row.download_button(
        "Export this mixture",
        preset_to_json(preset),
        file_name=f"{_file_name(preset.name)}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    row.download_button(
        "Export all of mine",
        presets_to_json(own) if own else "",
        file_name="polyphony-presets.json",
        mime="application/json",
        icon=":material/download:",
        disabled=not own,
        on_click="ignore",
    )


def _as_preset(every: Sequence[Choice]) -> Preset:
    """What stands in the editor, under the name of the preset in hand."""
    hand = selected_preset(list(every))
    if hand and hand.preset.config == current_mixture():
        return hand.preset
    name = f"{hand.preset.title}, changed" if hand else "My mixture"
    return Preset(name=name, title=name, description="", config=current_mixture())


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return kept.strip("-") or "preset"


def _link() -> None:
    try:
        encoded = encode_mixture(current_mixture())
    except MoAError as error:
        st.caption(plain_label(str(error), limit=200))
        return
    st.caption("A link that opens the chat with this mixture:")
    home = st.context.url.rsplit("/", 1)[0] if st.context.url else ""
    st.code(f"{home}/?{LINK}={encoded}", language=None, wrap_lines=True)


def _import(app: Services) -> None:
    st.file_uploader(
        "Import presets from a file",
        type="json",
        key=_FILE,
        on_change=_take_in,
        args=(app,),
        help=f"A file that was exported here; at most {MAX_FILE_BYTES // 1024} KB.",
    )
    said = st.session_state.pop(_SAID, None)
    if isinstance(said, MoAError):
        notices.failure(st.container(), said)
    for sentence in said if isinstance(said, list) else ():
        st.success(plain_label(sentence, limit=300))


def _take_in(app: Services) -> None:
    """Keep every preset of the file, or none."""
    uploaded = st.session_state[_FILE]
    if uploaded is None:
        return
    try:
        imported = presets_from_json(uploaded.getvalue())
        kept = app.presets.add_all(imported.presets)
    except MoAError as error:
        st.session_state[_SAID] = error
        return
    names = ", ".join(stored.preset.title for stored in kept)
    st.session_state[_SAID] = [f"Imported: {names}", *imported.notes]
    remember_preset(kept[0])


def _differences(every: Sequence[Choice]) -> None:
    titles = {choice.id: choice for choice in every}
    other = st.selectbox(
        "Compare with",
        list(titles),
        index=None,
        format_func=lambda choice_id: titles[choice_id].preset.title,
        placeholder="Choose a preset",
    )
    if other is None:
        return
    changes = config_changes(titles[other].preset.config, current_mixture())
    if not changes:
        st.caption("They are the same.")
    for change in changes:
        st.markdown(f"- {plain_label(str(change), limit=300)}")
