"""The presets: take one, keep what you made, and everything else one does with them."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import LONGEST_NAME, Preset
from moa_core.text import one_line
from moa_core.usage import Cost
from pages.widgets.formatting import SEPARATOR, attempt, counted, money, seconds
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.preset_choice import (
    Choice,
    remember_preset,
    select_preset_by_id,
    selected_preset,
)
from pages.widgets.mixture.state import current_mixture
from services import Services
from storage.presets import PresetRecord, PresetSource

_DELETED = "deleted preset"
_PICKED = "preset picked"
_NAME, _DESCRIPTION = "preset name", "preset description"
LONGEST_DESCRIPTION = 200


def preset_shelf(app: Services, every: list[Choice]) -> None:
    """Draw the presets, what can be done with the one in hand, and its record.

    Args:
        app: Where presets are kept.
        every: All presets.
    """
    hand = selected_preset(every)
    _offer_undo(app)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    _picker(app, row, every, hand)
    _save_buttons(app, row, hand)
    if hand:
        st.caption(plain_label(hand.preset.description, limit=400))
        _about(app, hand)


def _picker(
    app: Services,
    row: DeltaGenerator,
    every: list[Choice],
    hand: Choice | None,
) -> None:
    ids = [choice.id for choice in every]
    titles = {choice.id: _title(choice) for choice in every}
    key = f"{_PICKED}-{hand.id if hand else ''}"
    row.selectbox(
        "Preset",
        ids,
        index=ids.index(hand.id) if hand else None,
        format_func=lambda choice_id: titles.get(choice_id, ""),
        key=key,
        placeholder="None: made by you, from what is below",
        on_change=lambda: select_preset_by_id(app, st.session_state[key]),
    )


def _title(choice: Choice) -> str:
    kept = choice.stored
    star = " (default)" if kept and kept.is_default else ""
    return f"{choice.preset.title}{star}" if kept else f"{choice.preset.title} · ships"


def _save_buttons(app: Services, row: DeltaGenerator, hand: Choice | None) -> None:
    own = hand is not None and hand.stored is not None
    changed = hand is None or hand.preset.config != current_mixture()
    row.button(
        "Save",
        icon=":material/save:",
        type="primary" if own and changed else "secondary",
        disabled=not (own and changed),
        help=None if own else "A preset that ships stays as it is: use Save as.",
        on_click=attempt,
        args=(_save, app, hand),
    )
    with row.popover("Save as", icon=":material/save_as:", key="save-as"):
        st.text_input(
            "Name", key=_NAME, max_chars=LONGEST_NAME, value=_suggested_name(hand)
        )
        st.text_input(
            "What it is good for", key=_DESCRIPTION, max_chars=LONGEST_DESCRIPTION
        )
        st.button(
            "Save as new", type="primary", on_click=attempt, args=(_save_as, app, hand)
        )
    if hand is not None:
        _more(app, row, hand)


def _suggested_name(hand: Choice | None) -> str:
    return f"My {hand.preset.title}" if hand else "My mixture"


def _more(app: Services, row: DeltaGenerator, hand: Choice) -> None:
    """Rename, duplicate, default and delete, for the user's own preset."""
    kept = hand.stored
    if kept is None:
        return
    with row.popover(":material/more_horiz:", key="preset-more"):
        key = f"rename-{kept.uid}"
        st.text_input("Name", kept.preset.name, key=key, max_chars=LONGEST_NAME)
        st.button(
            "Rename",
            icon=":material/edit:",
            width="stretch",
            on_click=attempt,
            args=(_rename, app, kept.uid, key),
        )
        st.button(
            "Duplicate",
            icon=":material/content_copy:",
            width="stretch",
            on_click=attempt,
            args=(_duplicate, app, kept.uid),
        )
        st.button(
            "New chats begin with another"
            if kept.is_default
            else "New chats begin with this",
            icon=":material/star:",
            width="stretch",
            on_click=attempt,
            args=(app.presets.make_default, None if kept.is_default else kept.uid),
        )
        st.button(
            "Delete",
            icon=":material/delete:",
            width="stretch",
            on_click=attempt,
            args=(_delete, app, kept.uid),
        )


def _about(app: Services, hand: Choice) -> None:
    """Where a preset comes from, and how it has done."""
    record = (
        hand.stored.record if hand.stored else app.presets.record_of(hand.preset.config)
    )
    origin = hand.stored.based_on if hand.stored else None
    parts = [f"from the shipped preset {plain_label(origin.name)}"] if origin else []
    st.caption(SEPARATOR.join([record_summary(record), *parts]))
    known = [text for text in (hand.preset.results, hand.preset.source) if text]
    if known:
        st.caption(SEPARATOR.join(plain_label(text, limit=300) for text in known))


def record_summary(record: PresetRecord) -> str:
    """``12 runs · first word 3.1 s · $0.0031 on average · won 3 of 4 votes``."""
    parts = [counted(record.runs, "run") if record.runs else "Never run yet"]
    if record.median_ttft_s is not None:
        parts.append(f"first word after {seconds(record.median_ttft_s)}")
    if record.median_total_s is not None:
        parts.append(f"done after {seconds(record.median_total_s)}")
    if record.mean_cost_usd is not None:
        parts.append(f"{money(Cost(record.mean_cost_usd))} on average")
    if record.unknown_cost_runs:
        parts.append(f"{record.unknown_cost_runs} of unknown cost")
    if record.votes:
        parts.append(f"won {record.wins:,} of {record.votes:,} votes")
    return SEPARATOR.join(parts)


def _save(app: Services, hand: Choice) -> None:
    if hand.stored:
        app.presets.save(
            replace(hand.preset, config=current_mixture()), hand.stored.uid
        )


def _save_as(app: Services, hand: Choice | None) -> None:
    name = one_line(st.session_state[_NAME], LONGEST_NAME)
    preset = Preset(
        name=name,
        title=name,
        description=one_line(
            st.session_state[_DESCRIPTION] or "Made by you.", LONGEST_DESCRIPTION
        ),
        config=current_mixture(),
    )
    origin = None
    if hand and not hand.stored:
        origin = PresetSource(hand.preset.name, hand.preset.version)
    remember_preset(app.presets.save(preset, based_on=origin))


def _rename(app: Services, uid: str, key: str) -> None:
    app.presets.rename(uid, st.session_state[key])


def _duplicate(app: Services, uid: str) -> None:
    remember_preset(app.presets.duplicate(uid))


def _delete(app: Services, uid: str) -> None:
    st.session_state[_DELETED] = (uid, app.presets.load(uid).preset.name)
    app.presets.delete(uid)


def _offer_undo(app: Services) -> None:
    if _DELETED not in st.session_state:
        return
    uid, name = st.session_state[_DELETED]
    row = st.container(horizontal=True, vertical_alignment="center")
    row.info(f"{plain_label(name)} was deleted.", width="stretch")
    row.button("Undo", icon=":material/undo:", on_click=attempt, args=(_undo, app, uid))


def _undo(app: Services, uid: str) -> None:
    del st.session_state[_DELETED]
    remember_preset(app.presets.restore(uid))
