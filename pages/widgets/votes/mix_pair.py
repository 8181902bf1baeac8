"""What "Did the mix help?" compares: an answer, and the best of what it was made of."""

from dataclasses import dataclass

from moa_core.run import SeatState
from pages.widgets.compare import provenance_of
from pages.widgets.votes.blinding import synthesis_comes_first
from storage.runs import AnswerRef, StoredRun


@dataclass(frozen=True, slots=True)
class MixSide:
    """One of the two texts.

    Attributes:
        seat: Who wrote it.
        ref: Names it in a vote.
        is_mix: Whether it is the synthesis.
    """

    seat: SeatState
    ref: AnswerRef
    is_mix: bool


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
    read = run.state.read_by(len(run.state.layers))
    return bool(run.answer and read) and run.state.config.method == "synthesise"


def mix_pair(run: StoredRun) -> MixPair | None:
    """The two texts, in an order drawn by the run's uid; ``None`` without a difference.

    The best proposal is the one that the synthesis took most from; of several, the
    first one.
    """
    if not can_be_judged(run) or run.answer is None:
        return None
    state = run.state
    written, read = state.seat_at(run.answer.seat), state.read_by(len(state.layers))
    shares = provenance_of(written.text, tuple(seat.text for seat in read)).shares
    best = max(range(len(read)), key=lambda place: (shares[place], -place))
    proposal = read[best]
    if proposal.text.strip() == written.text.strip():
        return None
    mix = MixSide(written, run.answer, is_mix=True)
    alone = MixSide(proposal, run.ref(proposal.seat), is_mix=False)
    sides = (mix, alone) if synthesis_comes_first(run.uid) else (alone, mix)
    return MixPair(sides, shares[best], len(read))
