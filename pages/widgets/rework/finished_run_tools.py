"""Draws what can be done to a finished run: ask again, synthesise again, go on."""

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
from pages.widgets.mixture import pick_labels
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import go_on_button, origin_note
from pages.widgets.rework.resume_offer import resume_offer
from pages.widgets.rework.synthesis_form import again_label, synthesis_form
from pages.widgets.rework.versions import are_side_by_side, side_by_side, version_picker
from pages.widgets.run import RunTools, replay_button
from pages.widgets.votes import can_be_judged

SOURCES = "Which proposals each sentence resembles: similarity, not proof"
MODELS_AT_ONCE = 12
"""As many models stand in a menu; all of them can be chosen in the form."""


@dataclass(frozen=True, slots=True)
class FinishedRunTools(RunTools):
    """The controls of one finished run, and the conversation in which it stands."""

    finished: FinishedRun
    conversation_uid: str

    def seat_ended(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Ask it again, ask another model in its place, or use what it wrote."""
        finished, key = self.finished, self._seat_key(seat)
        menu = place.popover(
            ":material/more_horiz:",
            key=f"{key}-more",
            type="tertiary",
            on_change="rerun",
            help="Ask again, ask another model, use as the answer",
        )
        if not menu.open:
            return

        def ask_other() -> None:
            other = seat.agent.with_model(st.session_state[f"{key}-other"])
            finished.retry_seat(seat.seat, other)

        answer = finished.run.ref(seat.seat)
        go_on_button(menu, finished, answer, "proposal", f"{key}-use", in_menu=True)
        self._retry_button(menu, seat, "more")
        others = [ref for ref in finished.model_refs() if ref != seat.agent.ref]
        ref = menu.selectbox(
            "Another model in its place",
            others,
            index=None,
            key=f"{key}-other",
            format_func=pick_labels(others),
            placeholder="Choose a model",
        )
        menu.button(
            "Ask that model instead",
            key=f"{key}-ask-other",
            disabled=finished.busy or ref is None,
            width="stretch",
            on_click=ask_other,
        )

    def seat_failed(self, place: DeltaGenerator, seat: SeatState) -> None:
        """One click to ask it again."""
        if seat.calls:
            self._retry_button(place, seat, "foot")

    def _retry_button(self, place: DeltaGenerator, seat: SeatState, where: str) -> None:
        """Draw a button that asks again; ``where`` tells two of them apart."""
        place.button(
            "Ask it again",
            key=f"{self._seat_key(seat)}-retry-{where}",
            icon=":material/refresh:",
            help="One new call; the other proposals stay as they are.",
            disabled=self.finished.busy,
            width="stretch",
            on_click=self.finished.retry_seat,
            args=(seat.seat,),
        )

    def _seat_key(self, seat: SeatState) -> str:
        return self._key(f"{seat.seat.layer_index}-{seat.seat.position}")

    def answer_head(self, place: DeltaGenerator) -> None:
        """Which version is shown, and what to do about what it had not read."""
        version_picker(place, self.finished.turn, self.finished.run)
        resume_offer(place, self.finished)

    def answer_is_wide(self) -> bool:
        """Versions side by side take all the room there is."""
        return are_side_by_side(self.finished.turn)

    def answer_text(self, place: DeltaGenerator) -> bool:
        """All versions, or marks that say where sentences come from, if wanted."""
        if are_side_by_side(self.finished.turn):
            side_by_side(place, self.finished)
            return True
        wanted = st.session_state.get(self._key("sources"))
        answer = answer_of(self.finished.turn, self.finished.run) if wanted else None
        if answer is None:
            return False
        sources(place, answer.text, answer.read, self._key("sources-text"))
        return True

    def answer_failed(self, place: DeltaGenerator) -> None:
        """The proposals are there: another model can write the answer, in one click."""
        run, key = self.finished.run, self._key("with")
        if not run.state.synthesises or not self._can_be_written:
            return

        def synthesise() -> None:
            aggregator = run.state.config.aggregator
            agent = aggregator.with_model(st.session_state[key])
            plan = rework_plan.resynthesise
            self.finished.start(
                partial(plan, run.state, aggregator=agent, fallbacks=())
            )

        config = run.state.config  # its own models first
        agents = [agent for layer in config.layers for agent in layer.proposers]
        own = [agent.ref for agent in (*config.fallbacks, *agents)]
        refs = list(dict.fromkeys([*own, *self.finished.model_refs()]))
        label = pick_labels(refs)
        place.menu_button(
            "Synthesise with …" if run.state.layers else "Ask another model …",
            refs[:MODELS_AT_ONCE],
            key=key,
            icon=":material/merge:",
            type="primary",
            format_func=lambda ref: plain_label(label(ref)),  # they are Markdown
            disabled=self.finished.busy,
            on_click=synthesise,
        )

    def answer_foot(self, place: DeltaGenerator) -> None:
        """Write it again, go on from it, or ask something else after it."""
        turn, run = self.finished.turn, self.finished.run
        if self._can_be_written:
            form = place.expander(
                again_label(run.state),
                key=self._key("synthesise"),
                icon=":material/merge:",
                type="compact",
                on_change="rerun",
            )
            if form.open:
                synthesis_form(form, self.finished)
        answer = run.ref(run.state.synthesis.seat)
        origin_note(place, self.finished, answer)
        row = place.container(horizontal=True, gap="small", vertical_alignment="center")
        if not are_side_by_side(turn):
            if (written := answer_of(turn, run)) and written.read:
                row.toggle("Sources", key=self._key("sources"), help=SOURCES)
            go_on_button(row, self.finished, answer, "answer", self._key("go-on"))
        if self._has_proposals:
            self._compare_links(row)

    def messages(self) -> Callable[[], Sequence[Message]]:
        """What the run answered, from the database."""
        return partial(self.finished.asking.runs.messages_of, self.finished.run.uid)

    def run_foot(self, place: DeltaGenerator) -> None:
        """Play it again."""
        replay_button(place, self.finished.run, disabled=self.finished.busy)

    @property
    def _has_proposals(self) -> bool:
        state = self.finished.run.state
        return bool(state.offered_to(len(state.layers)))

    @property
    def _can_be_written(self) -> bool:
        """Whether all that the aggregator needs is there."""
        return not self.finished.run.state.layers or self._has_proposals

    def _compare_links(self, row: DeltaGenerator) -> None:
        """Links to where its texts are compared, and where the mix is judged."""
        run = self.finished.run
        address = {
            CONVERSATION: self.conversation_uid,
            THROUGH: self.finished.turn.uid,
            RUN: run.uid,
        }
        row.page_link(
            "compare.py",
            label="Compare",
            icon=":material/compare:",
            help="Proposals and answers side by side",
            query_params=address,
        )
        if can_be_judged(run):
            row.page_link(
                "compare.py",
                label="Did the mix help?",
                icon=":material/balance:",
                help="This answer against the best of its proposals, without names",
                query_params={VIEW: "mix", **address},
            )

    def _key(self, name: str) -> str:
        return f"{self.finished.run.uid}-{name}"
