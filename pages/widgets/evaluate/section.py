"""Draws what the pages of experiments and of runs of benchmarks have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import streamlit as st

from moa_core.experiments import Forecast
from pages.widgets.conversations import begin_renaming, offer_undo
from pages.widgets.evaluate.wording import duration_range
from pages.widgets.formatting import (
    SEPARATOR,
    attempt,
    attempt_at,
    counted,
    figures,
    problem_at,
)
from pages.widgets.layout import head_row, icon_only, readable
from pages.widgets.markdown import title_label
from services.experimenting import Experimenting
from storage.conversations import Conversations
from storage.errors import NotFoundError
from storage.evaluation import StoredBenchmark, StoredExperiment

Stored = TypeVar("Stored", StoredExperiment, StoredBenchmark)

_TITLE_CHARS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page.

    Attributes:
        name: ``experiment``, which stands in keys, too.
        one: What a single one is called.
        several: What all of them are called.
        show: Shows one by its uid; for ``None`` all of them.
    """

    name: str
    one: str
    several: str
    show: Callable[[str | None], None]

    def load(
        self,
        experimenting: Experimenting,
        conversations: Conversations,
        load: Callable[[], Stored],
    ) -> Stored | None:
        """Draw the head of one; ``None``, with a message, if it cannot be shown."""
        with readable(f"{self.name}-head"):
            st.button(
                f"All {self.several}",
                key=f"leave-{self.name}",
                icon=":material/arrow_back:",
                type="tertiary",
                on_click=self.show,
                args=(None,),
            )
            try:
                stored = load()
            except NotFoundError:
                st.container(key=f"{self.name}-missing").warning(
                    f"This {self.one} is not here. It may have been deleted."
                )
                return None
            self._title(experimenting, conversations, stored)
        return stored

    def _title(
        self,
        experimenting: Experimenting,
        conversations: Conversations,
        stored: StoredExperiment | StoredBenchmark,
    ) -> None:
        """Draw its title, and buttons to rename it and to delete it."""
        uid = stored.summary.uid
        title = title_label(stored.summary.title, _TITLE_CHARS)

        def delete() -> None:
            experimenting.stop(uid)
            conversations.delete(uid)
            offer_undo(uid, f"{title} deleted.", lambda: conversations.restore(uid))
            self.show(None)

        row = head_row(key=f"{self.name}-title")
        row.header(title, anchor=False)
        icons = row.container(horizontal=True, gap=None, width="content", wrap=False)
        icon_only(icons, f"rename-{self.name}").button(
            f"Rename {self.one}",
            key=f"rename-{self.name}",
            icon=":material/edit:",
            type="tertiary",
            on_click=begin_renaming,
            args=(uid, stored.summary.title),
        )
        icon_only(icons, f"delete-{self.name}").button(
            f"Delete {self.one}",
            key=f"delete-{self.name}",
            icon=":material/delete:",
            type="tertiary",
            on_click=attempt,
            args=(delete,),
        )

    def price(self, expected: Forecast, reused: str = "") -> None:
        """Draw what one will cost and take, and what it need not ask again."""
        parts = [
            figures.about(expected.low, expected.high),
            f"{counted(expected.answers, 'call')} for answers",
            f"{expected.judgements:,} for the judge",
            duration_range(*expected.seconds),
        ]
        place = st.container(key=f"{self.name}-forecast")
        place.info(SEPARATOR.join(parts), icon=":material/payments:")
        if reused:
            place.caption(reused)
        if expected.high.unknown_calls:
            place.caption(
                f"{counted(expected.high.unknown_calls, 'call')} of unknown price. "
                "Enter prices in Settings to see the cost."
            )

    def start_or_cancel(self, begin: Callable[[], None] | None) -> None:
        """Draw both buttons; ``None``: something is missing, and it cannot start."""
        here = f"new-{self.name}"
        problem_at(here)
        with st.container(horizontal=True):
            st.button(
                "Start",
                key=f"start-{self.name}",
                icon=":material/play_arrow:",
                type="primary",
                disabled=begin is None,
                on_click=attempt_at,
                args=(here, begin),
            )
            st.button(
                "Cancel", key=f"leave-{self.name}", on_click=self.show, args=(None,)
            )
