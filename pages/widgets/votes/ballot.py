"""The vote on answers that stand side by side, and what was voted, with a way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.votes import FEWEST_SIDES, Verdict, VoteKind
from pages.widgets.compare import letter
from pages.widgets.formatting import attempt
from pages.widgets.layout import go_to_view
from services import Services
from storage.runs import AnswerRef
from storage.votes import StoredVote

WON: Final = " :green-badge[:material/trophy: your choice]"
"""Stands behind the name of the side that was found better."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What can be voted on: the answers of one page to one question.

    Attributes:
        answers: Whole answers by their place on the page; others cannot be judged.
    """

    app: Services
    turn_uid: str
    kind: VoteKind
    answers: Mapping[int, AnswerRef]

    @property
    def open(self) -> bool:
        """Whether there is something to choose between."""
        return len(self.answers) >= FEWEST_SIDES

    def vote(self) -> StoredVote | None:
        """The vote that counts now, if there is one."""
        judged = set(self.answers.values())
        votes = self.app.votes.of_turn(self.turn_uid)
        return next(
            (
                kept
                for kept in votes
                if kept.vote.kind == self.kind and set(kept.answers) == judged
            ),
            None,
        )

    def known(self) -> bool:
        """Whether names were shown before: after a vote, even one that was undone."""
        return self.app.votes.judged(
            self.turn_uid, self.kind, tuple(self.answers.values())
        )

    def cast(self, verdict: Verdict, place: int | None, *, blind: bool) -> None:
        """Keep a vote; ``place`` is where the winner stands on the page."""
        places = list(self.answers)
        self.app.votes.cast(
            self.turn_uid,
            self.kind,
            tuple(self.answers.values()),
            verdict,
            None if place is None else places.index(place),
            blind=blind,
        )


def vote_buttons(row: DeltaGenerator, ballot: Ballot, *, blind: bool) -> None:
    """One click is a vote.

    Args:
        row: Where the buttons stand.
        ballot: What is voted on.
        blind: Whether names and costs are hidden.
    """
    many = len(ballot.answers) > FEWEST_SIDES
    choices: list[tuple[str, Verdict, int | None]] = [
        *(
            (f"{letter(place)} is {'best' if many else 'better'}", "won", place)
            for place in ballot.answers
        ),
        ("Tie", "tie", None),
        ("All bad" if many else "Both bad", "both_bad", None),
    ]
    for label, verdict, place in choices:
        row.button(
            label,
            key=f"vote-{ballot.turn_uid}-{verdict}-{place}",
            type="primary" if verdict == "won" else "secondary",
            on_click=attempt,
            args=(partial(ballot.cast, blind=blind), verdict, place),
        )


def undo_button(row: DeltaGenerator, ballot: Ballot, kept: StoredVote) -> None:
    """Take the vote back; the names stay known."""
    row.button(
        "Undo",
        key=f"vote-{ballot.turn_uid}-undo",
        icon=":material/undo:",
        help="This vote no longer counts, and you can vote again.",
        on_click=attempt,
        args=(ballot.app.votes.undo, kept.uid),
    )


def scoreboard_button(row: DeltaGenerator) -> None:
    """Go and see what all votes come to."""
    row.button(
        "Scoreboard",
        key="to-scoreboard",
        icon=":material/leaderboard:",
        on_click=go_to_view,
        args=("scoreboard",),
    )


def vote_sentence(kept: StoredVote, ballot: Ballot) -> str:
    """Say in a sentence what was voted: ``You found A better.``."""
    vote = kept.vote
    match vote.verdict:
        case "won":
            best = letter(winner_place(kept, ballot) or 0)
            than = "best" if len(vote.sides) > FEWEST_SIDES else "better"
            return f"You found **{best}** {than}."
        case "tie":
            return "You called it **a tie**."
        case "both_bad":
            bad = "both" if len(vote.sides) == FEWEST_SIDES else "all"
            return f"You found **{bad} bad**."


def winner_place(kept: StoredVote, ballot: Ballot) -> int | None:
    """Where the winner stands on the page; sides may have been stored in any order."""
    if kept.vote.winner is None:
        return None
    won = kept.answers[kept.vote.winner]
    return next(place for place, ref in ballot.answers.items() if ref == won)
