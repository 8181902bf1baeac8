"""Did the mix help? An answer against the best of its proposals, blind."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.usage import Cost
from pages.widgets.compare import badge, letter, pick_run, question_box
from pages.widgets.formatting import figures, percent, wording
from pages.widgets.layout import COLUMN_MIN_PX, copy_button, empty_state, head_row, slot
from pages.widgets.markdown import LiveText
from pages.widgets.votes.ballot import (
    WON,
    Ballot,
    scoreboard_button,
    undo_button,
    vote_buttons,
    vote_sentence,
    winner_place,
)
from pages.widgets.votes.blinding import hidden_side
from pages.widgets.votes.mix_pair import MixPair, MixSide, mix_pair
from services import Services
from storage.runs import StoredRun
from storage.votes import StoredVote

_NOTHING_YET: Final = (
    "Nothing to judge yet. Ask a question in the chat; its answer then stands here "
    "against the best of the proposals that it was made of."
)
_NO_DIFFERENCE: Final = (
    "There is nothing to compare here: no finished answer that a model has written "
    "from proposals in words of its own."
)
_WHAT_STANDS_HERE: Final = (
    "One of these is the answer of the whole mixture, the other one a single proposal "
    "that went into it."
)


def mix_view(app: Services) -> None:
    """Draw an answer and a proposal without saying which is which.

    Args:
        app: Where answers and votes are kept.
    """
    picked = pick_run(app)
    if picked is None:
        empty_state(_NOTHING_YET)
        return
    question_box(picked.turn.question)
    if picked.run.state.live:
        st.info("This answer is still being written. It can be judged when it is done.")
    elif pair := mix_pair(picked.run):
        _judge(app, picked.turn.uid, picked.run, pair)
    else:
        st.info(_NO_DIFFERENCE)


def _judge(app: Services, turn_uid: str, run: StoredRun, pair: MixPair) -> None:
    refs = {place: side.ref for place, side in enumerate(pair.sides)}
    ballot = Ballot(app, turn_uid, "mix", refs)
    vote = ballot.vote()
    hidden = vote is None and not ballot.known()
    st.caption(_WHAT_STANDS_HERE if hidden else _how_chosen(pair))
    place_of_texts = slot("hidden" if hidden else "known", ("hidden", "known"))
    grid = place_of_texts.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, side in enumerate(pair.sides):
        card = grid.container(border=True, height="stretch", gap="xsmall")
        if hidden:
            hidden_side(card, letter(place), run.uid, side.seat.text)
        else:
            won = vote is not None and winner_place(vote, ballot) == place
            _known_side(card, place, run, side, _cost(vote, side), won=won)
    _bottom(ballot, pair, vote, hidden=hidden)


def _known_side(
    card: DeltaGenerator,
    place: int,
    run: StoredRun,
    side: MixSide,
    cost: Cost | None,
    *,
    won: bool,
) -> None:
    row = head_row(card)
    who = "The mix" if side.is_mix else f"Proposal by {_name(side)}"
    row.markdown(f"{badge(letter(place))} **{who}**{WON if won else ''}")
    copy_button(row, f"{run.uid}-copy-{letter(place)}", side.seat.text)
    layer = f"layer {side.seat.seat.layer_index + 1}"
    about = wording.mixture_line(run.state.config) if side.is_mix else layer
    card.caption(f"{about}  \n{_took(run, side, cost)}")
    LiveText(card.container()).update([side.seat.text], done=True)


def _took(run: StoredRun, side: MixSide, cost: Cost | None) -> str:
    """Cost and time of an answer, with everything that was made for it."""
    call = side.seat.call
    alone_s = call.latency_s if call else None
    took_s = run.state.latency_s if side.is_mix else alone_s
    parts = [figures.money(cost)] if cost else []
    parts += [figures.seconds(took_s)] if took_s is not None else []
    return figures.SEPARATOR.join(parts)


def _cost(vote: StoredVote | None, side: MixSide) -> Cost | None:
    """What an answer had cost, as the vote has kept it."""
    if vote is None:
        return None
    return vote.vote.sides[vote.answers.index(side.ref)].cost


def _how_chosen(pair: MixPair) -> str:
    """Why this proposal stands there and no other."""
    if pair.read == 1:
        return "The answer was made from this one proposal."
    name = next(_name(side) for side in pair.sides if not side.is_mix)
    return (
        "The best proposal is the one that the answer took most from: of "
        f"{pair.read} that by {name}, which {percent(pair.share)} of the answer "
        "resembles."
    )


def _name(side: MixSide) -> str:
    return wording.model_name(side.seat.agent)


def _bottom(
    ballot: Ballot, pair: MixPair, vote: StoredVote | None, *, hidden: bool
) -> None:
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    if vote is None:
        vote_buttons(row, ballot, blind=hidden)
        return
    row.markdown(f"{_verdict(vote, ballot, pair)} {_price(vote, pair)}")
    undo_button(row, ballot, vote)
    scoreboard_button(row)


def _verdict(vote: StoredVote, ballot: Ballot, pair: MixPair) -> str:
    won = winner_place(vote, ballot)
    if won is None:
        return vote_sentence(vote, ballot)
    helped = "The mix **helped**" if pair.sides[won].is_mix else "It did **not help**"
    return f"{helped}: {vote_sentence(vote, ballot)}"


def _price(vote: StoredVote, pair: MixPair) -> str:
    """What the mix cost against its proposal."""
    costs = {side.is_mix: _cost(vote, side) for side in pair.sides}
    mix, alone = costs[True], costs[False]
    if mix is None or alone is None:
        return ""
    times = ""
    if alone.usd and not (mix.unknown_calls or alone.unknown_calls):
        times = f", {mix.usd / alone.usd:.1f} times as much"
    proposal = figures.money(alone)
    return f"The mix cost {figures.money(mix)}{times}; the proposal {proposal}."
