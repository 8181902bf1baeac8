"""Selects, saves, renames, duplicates and deletes presets, and shows their record."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import LONGEST_NAME, Preset
from moa_core.text import one_line
from moa_core.usage import Cost
from pages.component import copy_icon
from pages.widgets.formatting import (
    SEPARATOR,
    attempt_at,
    counted,
    money,
    problem_at,
    seconds,
)
from pages.widgets.layout import icon_only, offer_last_undo
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.preset_choice import (
    Choice,
    look_at_preset,
    preset_labels,
    remember_preset,
    selected_preset,
)
from pages.widgets.mixture.state import complete_mixture, draft_mixture
from services.api import model_of
from storage.presets import PresetRecord, Presets, PresetSource, StoredPreset

_HERE = "presets"
_DELETED = "deleted preset"
_PICKED = "preset-picked"
_NAME, _DESCRIPTION = "preset-name", "preset-description"
LONGEST_DESCRIPTION = 200


def preset_shelf(presets: Presets, choices: list[Choice]) -> None:
    """Draw ``choices``, what can be done with the selected one, and its record."""
    selected = selected_preset(choices)
    _offer_undo(presets)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    _picker(row, choices, selected)
    _save_buttons(presets, row, selected)
    problem_at(_HERE)
    if selected is None:
        return
    stored = selected.stored
    if stored:
        with icon_only(row, "preset-more").popover(
            "More for this preset", icon=":material/more_horiz:", key="preset-more"
        ):
            _more(presets, stored)
    st.caption(plain_label(selected.preset.description, limit=400))
    _model_name(presets, selected)
    record = stored.record if stored else presets.record_of(selected.preset.config)
    parts = [record_summary(record)]
    if selected.shared:
        parts.insert(0, plain_label(selected.from_whom, limit=120))
    if stored and stored.uid in presets.shared():
        parts.insert(0, "Shared with everybody")
    if stored and stored.based_on:
        parts.append(f"based on {plain_label(stored.based_on.name)} (built-in)")
    st.caption(SEPARATOR.join(parts))
    known = [text for text in (selected.preset.results, selected.preset.source) if text]
    if known:
        st.caption(SEPARATOR.join(plain_label(text, limit=300) for text in known))


def _model_name(presets: Presets, selected: Choice) -> None:
    """What other programs call the preset, to be copied."""
    name = model_of(selected.preset, selected.uid, presets)
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="api-model"
    )
    row.caption(f"Model name in the API: `{name}`", width="content")
    copy_icon(row.container(width="content"), "the model name", name, "copy-model")


def _picker(
    row: DeltaGenerator, choices: list[Choice], selected: Choice | None
) -> None:
    titles = preset_labels(choices)
    key = f"{_PICKED}-{selected.id if selected else ''}"
    row.selectbox(
        "Preset",
        list(titles),
        index=list(titles).index(selected.id) if selected else None,
        format_func=lambda choice_id: titles.get(choice_id, ""),
        key=key,
        placeholder="Custom, not saved",
        on_change=look_at_preset,
        args=(key, choices),
    )


def _save_buttons(
    presets: Presets, row: DeltaGenerator, selected: Choice | None
) -> None:
    own = selected is not None and selected.stored is not None
    changed = selected is None or selected.preset.config != draft_mixture()

    def save() -> None:
        if selected and selected.stored:
            preset = replace(selected.preset, config=complete_mixture())
            presets.save(preset, selected.stored.uid)

    row.button(
        "Save",
        key="save-preset",
        icon=":material/save:",
        type="primary" if own and changed else "secondary",
        disabled=not (own and changed),
        help=None if own else _fixed(selected),
        on_click=attempt_at,
        args=(_HERE, save),
    )
    with row.popover("Save as", icon=":material/save_as:", key="save-as"):
        name = f"My {selected.preset.title}" if selected else "My mixture"
        st.text_input("Name", key=_NAME, max_chars=LONGEST_NAME, value=name)
        st.text_input(
            "Description (optional)", key=_DESCRIPTION, max_chars=LONGEST_DESCRIPTION
        )
        st.button(
            "Save as new preset",
            key="save-as-new",
            type="primary",
            on_click=attempt_at,
            args=(_HERE, _save_as_named, presets, selected),
        )


def _fixed(selected: Choice | None) -> str:
    """Why a preset can't be changed, and what to do."""
    whose = "Presets of others" if selected and selected.shared else "Built-in presets"
    return f"{whose} can't be changed; save a copy."


def _save_as_named(presets: Presets, selected: Choice | None) -> None:
    name, description = st.session_state[_NAME], st.session_state[_DESCRIPTION]
    save_as(presets, name, description, selected)
    st.toast("Preset saved.", icon=":material/check:")


def save_as(
    presets: Presets, name: str, description: str, selected: Choice | None
) -> None:
    """Keep the mixture as a new preset, and say what it was made from.

    Raises:
        ConfigError: It has no name, or a layer of it is empty.
        StorageError: It could not be kept, or the name is taken.
    """
    name = one_line(name, LONGEST_NAME)
    preset = Preset(
        name=name,
        title=name,
        description=one_line(description or "Custom preset.", LONGEST_DESCRIPTION),
        config=complete_mixture(),
    )
    source = None
    if selected and not selected.stored and not selected.shared:
        source = PresetSource(selected.preset.name, selected.preset.version)
    remember_preset(presets.save(preset, based_on=source))


def _more(presets: Presets, stored: StoredPreset) -> None:
    uid, key = stored.uid, f"rename-{stored.uid}"

    def button(name: str, label: str, icon: str, action: Callable[[], object]) -> None:
        st.button(
            label,
            key=f"{name}-preset",
            icon=icon,
            width="stretch",
            on_click=attempt_at,
            args=(_HERE, action),
        )

    def delete() -> None:
        st.session_state[_DELETED] = (uid, presets.load(uid).preset.name)
        presets.delete(uid)

    st.text_input("Name", stored.preset.name, key=key, max_chars=LONGEST_NAME)
    button(
        "rename",
        "Rename",
        ":material/edit:",
        lambda: presets.rename(uid, st.session_state[key]),
    )
    button(
        "duplicate",
        "Duplicate",
        ":material/content_copy:",
        lambda: remember_preset(presets.duplicate(uid)),
    )
    button(
        "default",
        "Don't use as default" if stored.is_default else "Use as default",
        ":material/star:",
        lambda: presets.make_default(None if stored.is_default else uid),
    )
    if presets.can_share:
        shared = uid in presets.shared()
        button(
            "share",
            "Stop sharing" if shared else "Share with everybody",
            ":material/group:",
            lambda: (presets.unshare if shared else presets.share)(uid),
        )
        if not shared:
            st.caption("Others can use and copy it, its prompts too.")
    button("delete", "Delete", ":material/delete:", delete)


def record_summary(record: PresetRecord) -> str:
    """``12 runs · first token 3.1 s · $0.0031 on average · won 3 of 4 votes``."""
    parts = [counted(record.runs, "run") if record.runs else "Not used yet"]
    if record.median_ttft_s is not None:
        parts.append(f"first token {seconds(record.median_ttft_s)}")
    if record.median_total_s is not None:
        parts.append(f"total {seconds(record.median_total_s)}")
    if record.mean_cost_usd is not None:
        parts.append(f"{money(Cost(record.mean_cost_usd))} on average")
    if record.unknown_cost_runs:
        parts.append(f"cost unknown for {record.unknown_cost_runs:,}")
    if record.votes:
        parts.append(f"won {record.wins:,} of {record.votes:,} votes")
    return SEPARATOR.join(parts)


def _offer_undo(presets: Presets) -> None:
    def restore(uid: str) -> None:
        remember_preset(presets.restore(uid))

    keys = ("preset-deleted", "undo-delete")
    offer_last_undo(
        _DELETED, keys, lambda name: f"“{plain_label(name)}” deleted.", restore
    )
