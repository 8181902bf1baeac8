"""Asks whether the mix helped: an answer against the best of its proposals, blind."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from moa_core.run import SeatState
from moa_core.usage import Cost
from pages.component import Copy, draw_markdown
from pages.widgets.compare import badge, letter, pick_run, provenance_of, question_box
from pages.widgets.formatting import figures, percent, wording
from pages.widgets.layout import COLUMN_MIN_PX, card_head, empty_state, readable, slot
from pages.widgets.votes.blinding import hidden_side, synthesis_comes_first
from pages.widgets.votes.matchup import (
    WINNER_BADGE,
    Matchup,
    after_vote_buttons,
    vote_buttons,
)
from pages.widgets.votes.mix_record import mix_record
from storage.conversations import Conversations
from storage.history import ConversationList
from storage.runs import AnswerRef, StoredRun
from storage.votes import StoredVote, Votes

_NOTHING_YET: Final = (
    "Nothing to judge yet. Ask a question in Chat to compare its answer with the best "
    "of its proposals here."
)
_NO_DIFFERENCE: Final = (
    "Nothing to compare here: this run has no finished answer that a model wrote from "
    "proposals in its own words."
)
_WHAT_STANDS_HERE: Final = (
    "One of these is the mixture's answer, the other a proposal that it was made from."
)


_FIRST_STANDS_HERE: Final = (
    "One of these is the mixture's answer, the other what one model answered first."
)


@dataclass(frozen=True, slots=True)
class MixSide:
    """One of the two texts: who wrote it, and what names it in a vote."""

    seat: SeatState
    ref: AnswerRef
    is_mix: bool

    @property
    def is_first(self) -> bool:
        """Whether it is what one model said before the others were asked."""
        return self.seat.role == "provisional"

    @property
    def title(self) -> str:
        """What it is called once it may be known."""
        what = "First answer" if self.is_first else "Proposal"
        return "The mix" if self.is_mix else f"{what} by {self.name}"

    @property
    def name(self) -> str:
        """The model's own name, safe in Markdown."""
        return wording.model_name(self.seat.agent)


@dataclass(frozen=True, slots=True)
class MixPair:
    """A synthesis and the proposal that it took most from, as they stand on the page.

    Attributes:
        share: Of the synthesis, 0 to 1, that resembles the proposal.
        read: How many proposals the aggregator had read.
    """

    sides: tuple[MixSide, MixSide]
    share: float
    read: int


def can_be_judged(run: StoredRun) -> bool:
    """Whether a run has an answer that a model wrote from proposals.

    A ranker's answer is a proposal, so that there is nothing to compare.
    """
    read = run.answer and run.state.read_at(run.answer.seat)
    return bool(read) and run.state.config.method == "synthesise"


def mix_pair(run: StoredRun) -> MixPair | None:
    """The two texts; ``None`` without a difference.

    The best proposal is the one that the synthesis took most from; of several, the
    first one. Where one model had answered before the others were asked, it is that
    answer: the vote teaches Auto when to ask. Which text stands first follows from the
    uid of the run.
    """
    if not can_be_judged(run) or run.answer is None:
        return None
    state = run.state
    written, read = state.seat_at(run.answer.seat), state.read_by(len(state.layers))
    shares = provenance_of(written.text, tuple(seat.text for seat in read)).shares
    best = max(range(len(read)), key=lambda place: (shares[place], -place))
    proposal = _first_answer(run) or read[best]
    if proposal.text.strip() == written.text.strip():
        return None
    mix = MixSide(written, run.answer, is_mix=True)
    alone = MixSide(proposal, run.ref(proposal.seat), is_mix=False)
    sides = (mix, alone) if synthesis_comes_first(run.uid) else (alone, mix)
    return MixPair(sides, shares[best], len(read))


def _first_answer(run: StoredRun) -> SeatState | None:
    """What one model had answered before Auto asked the others."""
    first = run.state.provisional
    whole = first is not None and first.status == "succeeded"
    return first if whole and run.state.config.pace.auto else None


def mix_view(
    history: ConversationList, conversations: Conversations, votes: Votes
) -> None:
    """Draw an answer and a proposal without saying which is which."""
    with readable("choices"):
        picked = pick_run(history, conversations)
        if picked is None:
            empty_state(_NOTHING_YET)
            return
        turn, run = picked
        question_box(turn.question.text)
        if run.state.live:
            st.container(key="still-written").info(
                "This answer is still being written. You can judge it when it is "
                "finished."
            )
            return
        pair = mix_pair(run)
        if pair is None:
            st.container(key="nothing-to-compare").info(_NO_DIFFERENCE)
            return
    answers = {place: side.ref for place, side in enumerate(pair.sides)}
    matchup = Matchup(votes, turn.uid, "mix", answers)
    _judge(matchup, run, pair)


def _judge(matchup: Matchup, run: StoredRun, pair: MixPair) -> None:
    vote = matchup.vote()
    hidden = vote is None and not matchup.known()
    with readable("about"):
        about = st.container(key="mix-hidden" if hidden else "mix-known")
        about.caption(_what_stands_here(pair) if hidden else _how_chosen(pair))
        if vote is not None:
            mix_record(stored.vote for stored in matchup.votes.all(kind="mix"))
    place_of_texts = slot("hidden" if hidden else "known", ("hidden", "known"))
    grid = place_of_texts.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, side in enumerate(pair.sides):
        card = grid.container(
            border=True, height="stretch", gap="xsmall", key=f"side-{letter(place)}"
        )
        if hidden:
            hidden_side(card, letter(place), run.uid, side.seat.text)
            continue
        winner = WINNER_BADGE if matchup.winner_place(vote) == place else ""
        title = f"{badge(letter(place))} **{side.title}**{winner}"
        card_head(card, title)
        card.caption(_about(run, side, _cost(vote, side) if vote else None))
        text_key = f"{run.uid}-known-{letter(place)}"
        writer = wording.model_name(side.seat.agent)
        copy = Copy(f"text {letter(place)}, {writer}", writer)
        draw_markdown(card, side.seat.text, text_key, copy)
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    if vote is None:
        vote_buttons(row, matchup, blind=hidden)
    else:
        verdict = row.container(key="verdict", width="content")
        verdict.markdown(_outcome(vote, matchup, pair))
        after_vote_buttons(row, matchup, vote)


def _about(run: StoredRun, side: MixSide, cost: Cost | None) -> str:
    """Who wrote it; cost and time with everything that was made for it."""
    if side.is_mix:
        about, took_s = wording.mixture_line(run.state.config), run.state.latency_s
    else:
        layer = f"layer {side.seat.seat.layer_index + 1}"
        about = "before the others were asked" if side.is_first else layer
        took_s = side.seat.call.latency_s if side.seat.call else None
    parts = [figures.money(cost)] if cost else []
    parts += [figures.seconds(took_s)] if took_s is not None else []
    return f"{about}  \n{figures.SEPARATOR.join(parts)}"


def _cost(vote: StoredVote, side: MixSide) -> Cost:
    """What an answer had cost, as the vote has kept it."""
    return vote.vote.sides[vote.answers.index(side.ref)].cost


def _what_stands_here(pair: MixPair) -> str:
    first = any(side.is_first for side in pair.sides)
    return _FIRST_STANDS_HERE if first else _WHAT_STANDS_HERE


def _how_chosen(pair: MixPair) -> str:
    """Why this proposal stands there and no other."""
    if any(side.is_first for side in pair.sides):
        return "The mixture was asked because there was doubt about the first answer."
    if pair.read == 1:
        return "The answer was made from this one proposal."
    name = next(side.name for side in pair.sides if not side.is_mix)
    return (
        f"The best of {pair.read} proposals is the one that the answer took most from: "
        f"{name}'s, which {percent(pair.share)} of it resembles."
    )


def _outcome(vote: StoredVote, matchup: Matchup, pair: MixPair) -> str:
    """What was voted, and what the mix cost against its proposal."""
    sentence, won = matchup.sentence(vote), matchup.winner_place(vote)
    if won is not None:
        mix_won = pair.sides[won].is_mix
        helped = "The mix **helped**" if mix_won else "The mix **did not help**"
        sentence = f"{helped}: {sentence}"
    costs = {side.is_mix: _cost(vote, side) for side in pair.sides}
    mix, alone = costs[True], costs[False]
    times = ""
    if alone.usd and not (mix.unknown_calls or alone.unknown_calls):
        times = f" ({mix.usd / alone.usd:.1f} times as much)"
    price = f"The mix cost {figures.money(mix)}{times}"
    return f"{sentence} {price}; the proposal {figures.money(alone)}."
