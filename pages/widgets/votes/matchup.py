"""Takes the vote on answers that stand side by side, shows it, and takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.votes import FEWEST_SIDES, Verdict, VoteKind
from pages.widgets.compare import letter
from pages.widgets.formatting import attempt
from pages.widgets.layout import go_to_view
from storage.runs import AnswerRef
from storage.votes import StoredVote, Votes

WINNER_BADGE: Final = " :green-badge[:material/trophy: your choice]"
"""Stands behind the name of the side that was found better."""


@dataclass(frozen=True, slots=True)
class Matchup:
    """What can be voted on: the answers of one page to one question.

    Attributes:
        votes: Where votes are kept.
        answers: Whole answers by their place on the page; others cannot be judged.
    """

    votes: Votes
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
        for stored in self.votes.of_turn(self.turn_uid):
            if stored.vote.kind == self.kind and set(stored.answers) == judged:
                return stored
        return None

    def known(self) -> bool:
        """Whether names were shown before: after a vote, even one that was undone."""
        return self.votes.judged(self.turn_uid, self.kind, tuple(self.answers.values()))

    def cast(self, verdict: Verdict, place: int | None, *, blind: bool) -> None:
        """Keep a vote; ``place`` is where the winner stands on the page."""
        winner = None if place is None else list(self.answers).index(place)
        answers = tuple(self.answers.values())
        self.votes.cast(self.turn_uid, self.kind, answers, verdict, winner, blind=blind)

    def winner_place(self, stored: StoredVote | None) -> int | None:
        """Where the winner stands; sides may have been stored in any order."""
        if stored is None or stored.vote.winner is None:
            return None
        won = stored.answers[stored.vote.winner]
        return next(place for place, ref in self.answers.items() if ref == won)

    def sentence(self, stored: StoredVote) -> str:
        """Say what was voted: ``You chose A.``."""
        match stored.vote.verdict:
            case "won":
                best = letter(self.winner_place(stored) or 0)
                return f"You chose **{best}**."
            case "tie":
                return "You called it **a tie**."
            case "both_bad":
                few = len(stored.vote.sides) == FEWEST_SIDES
                return f"You chose **{'neither' if few else 'none'}**."


def vote_buttons(row: DeltaGenerator, matchup: Matchup, *, blind: bool) -> None:
    """One click is a vote; a ``blind`` one if names and costs are hidden."""
    many = len(matchup.answers) > FEWEST_SIDES
    choices: list[tuple[str, Verdict, int | None]] = [
        *(
            (f"{letter(place)} is {'best' if many else 'better'}", "won", place)
            for place in matchup.answers
        ),
        ("Tie", "tie", None),
        ("None" if many else "Neither", "both_bad", None),
    ]
    for label, verdict, place in choices:
        row.button(
            label,
            key=f"vote-{matchup.turn_uid}-{verdict}-{place}",
            type="primary" if verdict == "won" else "secondary",
            on_click=attempt,
            args=(partial(matchup.cast, blind=blind), verdict, place),
        )


def after_vote_buttons(
    row: DeltaGenerator, matchup: Matchup, stored: StoredVote
) -> None:
    """Take the vote back, so that the names stay known; or see what all come to."""
    row.button(
        "Undo",
        key=f"vote-{matchup.turn_uid}-undo",
        icon=":material/undo:",
        help="Removes this vote, so that you can vote again.",
        on_click=attempt,
        args=(matchup.votes.undo, stored.uid),
    )
    row.button(
        "Scoreboard",
        key="to-scoreboard",
        icon=":material/leaderboard:",
        on_click=go_to_view,
        args=("scoreboard",),
    )
