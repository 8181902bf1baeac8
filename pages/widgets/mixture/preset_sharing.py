"""Exports, imports and links presets, and shows how two differ."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import streamlit as st

from moa_core.errors import MoAError
from moa_core.mixture import (
    MAX_FILE_BYTES,
    Change,
    Preset,
    config_changes,
    encode_mixture,
    preset_to_json,
    presets_from_json,
    presets_to_json,
)
from pages.component import Copy, draw_code
from pages.widgets.formatting import notices, said_once, say_once
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.mixture.preset_choice import (
    LINK,
    Choice,
    preset_labels,
    remember_preset,
    selected_preset,
)
from pages.widgets.mixture.state import current_mixture
from storage.presets import Presets

_FILE = "preset-file"
_RESULT = "what an import said"
_BEFORE_A_DIFFERENCE: Final = 40
_LONGEST_CELL: Final = 300


def preset_sharing(presets: Presets, choices: Sequence[Choice]) -> None:
    """Draw export, import, link and differences of the mixture in the editor."""
    with st.expander("Export, import, link", icon=":material/ios_share:", key="share"):
        _export(choices)
        _link()
        _import(presets)
    with st.expander("Differences", icon=":material/difference:", key="diff"):
        _differences(choices)


def _export(choices: Sequence[Choice]) -> None:
    preset = _edited_preset(choices)
    letters = [letter if letter.isalnum() else "-" for letter in preset.name.lower()]
    own = [choice.preset for choice in choices if choice.stored]
    row = st.container(horizontal=True, gap="small")
    row.download_button(
        "Export this mixture",
        preset_to_json(preset),
        key="export-mixture",
        file_name=f"{''.join(letters).strip('-') or 'preset'}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    row.download_button(
        "Export all my presets",
        presets_to_json(own) if own else "",
        key="export-presets",
        file_name="polyphony-presets.json",
        mime="application/json",
        icon=":material/download:",
        disabled=not own,
        on_click="ignore",
    )


def _edited_preset(choices: Sequence[Choice]) -> Preset:
    """What stands in the editor, under the name of the selected preset."""
    selected = selected_preset(choices)
    if selected and selected.preset.config == current_mixture():
        return selected.preset
    name = f"{selected.preset.title}, changed" if selected else "My mixture"
    return Preset(name=name, title=name, description="", config=current_mixture())


def _link() -> None:
    try:
        encoded = encode_mixture(current_mixture())
    except MoAError as error:
        st.caption(plain_label(str(error), limit=200))
        return
    st.caption("Link that opens Chat with this mixture:")
    home = st.context.url.rsplit("/", 1)[0] if st.context.url else ""
    link = f"{home}/?{LINK}={encoded}"
    draw_code(st.container(), link, "preset-link", Copy("the link"))


def _import(presets: Presets) -> None:
    st.file_uploader(
        "Import presets from a file",
        type="json",
        key=_FILE,
        on_change=_import_file,
        args=(presets,),
        help=f"A preset file exported from Polyphony, up to {MAX_FILE_BYTES // 1024} "
        "KB.",
    )
    result = said_once(_RESULT)
    if isinstance(result, MoAError):
        notices.failure(st.container(key="import-problem"), result)
    elif result:
        place = st.container(key="imported")
        for sentence in result:
            place.success(plain_label(sentence, limit=300))


def _import_file(presets: Presets) -> None:
    """Keep every preset of the file, or none."""
    uploaded = st.session_state[_FILE]
    if uploaded is None:
        return
    try:
        imported = presets_from_json(uploaded.getvalue())
        added = presets.add_all(imported.presets)
    except MoAError as error:
        say_once(_RESULT, error)
        return
    names = ", ".join(stored.preset.title for stored in added)
    say_once(_RESULT, [f"Imported: {names}", *imported.notes])
    remember_preset(added[0])


def _differences(choices: Sequence[Choice]) -> None:
    by_id = {choice.id: choice.preset for choice in choices}
    titles = preset_labels(choices)
    other = st.selectbox(
        "Compare with",
        list(by_id),
        key="compare-with",
        index=None,
        format_func=titles.__getitem__,
        placeholder="Choose a preset",
    )
    if other is None:
        return
    changes = config_changes(by_id[other].config, current_mixture())
    if not changes:
        st.caption("No differences.")
        return
    head = f"| Setting | {plain_label(titles[other], limit=60)} | Current mixture |"
    rows = [_difference(change) for change in changes]
    table = "\n".join([head, "|---|---|---|", *rows])
    horizontal_scroll(st.container(key="preset-differences")).markdown(table)


def _difference(change: Change) -> str:
    """A row of the table: long texts begin shortly before they differ."""
    letters = zip(change.before, change.after, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], letters))
    start = max(0, same - _BEFORE_A_DIFFERENCE)
    cells = [
        plain_label(f"{'… ' if start else ''}{text[start:]}", limit=_LONGEST_CELL)
        for text in (change.before, change.after)
    ]
    return f"| {' | '.join([plain_label(change.place), *cells])} |"
