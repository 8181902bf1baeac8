"""What can be done to an ended run: ask again, synthesise again, go on elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import Message
from moa_core.plan import rework_plan
from moa_core.run import SeatState
from pages.widgets.compare import answer_of, sources
from pages.widgets.layout import CONVERSATION, RUN, THROUGH, VIEW
from pages.widgets.markdown import plain_label
from pages.widgets.mixture import pick_label
from pages.widgets.models import model_refs
from pages.widgets.rework import finished_run
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import go_on_button, origin_note
from pages.widgets.rework.resume import resume_offer
from pages.widgets.rework.seat_menu import retry_button, seat_menu
from pages.widgets.rework.side_by_side import side_by_side
from pages.widgets.rework.synthesis_form import again_label, synthesis_form
from pages.widgets.rework.versions import are_side_by_side, version_picker
from pages.widgets.run import NoTools, replay_button
from pages.widgets.votes import can_be_judged
from storage.runs import StoredRun

SOURCES = "Which proposals each sentence resembles: similarity, not proof"
MODELS_AT_ONCE = 12
"""As many models stand in a menu; all of them can be chosen in the form."""


@dataclass(frozen=True, slots=True)
class FinishedRunTools(NoTools):
    """The controls of one finished run.

    Attributes:
        ended: The run, and what it takes to ask it something again.
        conversation_uid: Where it stands.
    """

    ended: FinishedRun
    conversation_uid: str

    def seat_ended(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Ask it again, ask another model in its place, or use what it wrote."""
        seat_menu(place, self.ended, seat)

    def seat_failed(self, place: DeltaGenerator, seat: SeatState) -> None:
        """One click to ask it again."""
        if seat.calls:
            retry_button(place, self.ended, seat, "foot")

    def answer_head(self, place: DeltaGenerator) -> None:
        """Which version is shown, and what to do about what it had not read."""
        version_picker(place, self.ended.turn, self.ended.run)
        resume_offer(place, self.ended)

    def answer_is_wide(self) -> bool:
        """Versions side by side take all the room there is."""
        return are_side_by_side(self.ended.turn)

    def answer_text(self, place: DeltaGenerator) -> bool:
        """The answer with marks that say where its sentences come from, if wanted."""
        if are_side_by_side(self.ended.turn):
            side_by_side(place, self.ended)
            return True
        if not st.session_state.get(self._key("sources")):
            return False
        answer = answer_of(self.ended.turn, self.ended.run)
        if answer is None:
            return False
        sources(place, answer.text, answer.read)
        return True

    def answer_failed(self, place: DeltaGenerator) -> None:
        """The proposals are there: another model can write the answer, in one click."""
        run = self.ended.run
        if not run.state.synthesises or not _can_be_written(run):
            return
        key = self._key("with")
        place.menu_button(
            "Synthesise with …" if run.state.layers else "Ask another model …",
            self._models(),
            key=key,
            icon=":material/merge:",
            type="primary",
            format_func=lambda ref: plain_label(pick_label(ref)),  # they are Markdown
            disabled=self.ended.busy,
            on_click=self._synthesise_with,
            args=(key,),
        )

    def answer_foot(self, place: DeltaGenerator) -> None:
        """Write it again, go on from it, or ask something else after it."""
        turn, run = self.ended.turn, self.ended.run
        if _can_be_written(run):
            self._synthesis_form(place)
        answer = run.ref(run.state.synthesis.seat)
        origin_note(place, self.ended, answer)
        row = place.container(horizontal=True, gap="small", vertical_alignment="center")
        if not are_side_by_side(turn):
            if (written := answer_of(turn, run)) and written.read:
                row.toggle("Sources", key=self._key("sources"), help=SOURCES)
            go_on_button(row, self.ended, answer, "answer", self._key("go-on"))
        if _has_proposals(run):
            compare_link(row, self.conversation_uid, turn.uid, run)
            mix_link(row, self.conversation_uid, turn.uid, run)

    def messages(self) -> Callable[[], Sequence[Message]]:
        """What the run answered, from the database."""
        return partial(self.ended.app.runs.messages_of, self.ended.run.uid)

    def run_foot(self, place: DeltaGenerator) -> None:
        """Play it again."""
        replay_button(place, self.ended.run, disabled=self.ended.busy)

    def _synthesis_form(self, place: DeltaGenerator) -> None:
        """Another aggregator, length or instruction, or without some proposals."""
        form = place.expander(
            again_label(self.ended.run.state),
            key=self._key("synthesise"),
            icon=":material/merge:",
            type="compact",
            on_change="rerun",
        )
        if form.open:
            synthesis_form(form, self.ended.app, self.ended.run, busy=self.ended.busy)

    def _synthesise_with(self, key: str) -> None:
        state = self.ended.run.state
        agent = state.config.aggregator.with_model(st.session_state[key])
        plan = partial(rework_plan.resynthesise, state, aggregator=agent, fallbacks=())
        finished_run.start(self.ended.app, self.ended.run, plan)

    def _models(self) -> list[str]:
        """Models that may write the answer: the mixture's own first."""
        config = self.ended.run.state.config
        agents = [agent for layer in config.layers for agent in layer.proposers]
        refs = [agent.ref for agent in (*config.fallbacks, *agents)]
        return list(dict.fromkeys([*refs, *model_refs(self.ended.app)]))[
            :MODELS_AT_ONCE
        ]

    def _key(self, what: str) -> str:
        return f"{self.ended.run.uid}-{what}"


def _can_be_written(run: StoredRun) -> bool:
    """Whether all that the aggregator needs is there."""
    return not run.state.layers or _has_proposals(run)


def _has_proposals(run: StoredRun) -> bool:
    return bool(run.state.offered_to(len(run.state.layers)))


def compare_link(
    place: DeltaGenerator, conversation_uid: str, turn_uid: str, run: StoredRun
) -> None:
    """A link to where the texts of this run stand side by side."""
    place.page_link(
        "compare.py",
        label="Compare",
        icon=":material/compare:",
        help="Proposals and answers side by side",
        query_params=_named(conversation_uid, turn_uid, run),
    )


def mix_link(
    place: DeltaGenerator, conversation_uid: str, turn_uid: str, run: StoredRun
) -> None:
    """A link to the blind comparison of answer and proposal, where there is one."""
    if not can_be_judged(run):
        return
    place.page_link(
        "compare.py",
        label="Did the mix help?",
        icon=":material/balance:",
        help="This answer against the best of its proposals, without names",
        query_params={VIEW: "mix", **_named(conversation_uid, turn_uid, run)},
    )


def _named(conversation_uid: str, turn_uid: str, run: StoredRun) -> dict[str, str]:
    """What the address says of a run."""
    return {CONVERSATION: conversation_uid, THROUGH: turn_uid, RUN: run.uid}
