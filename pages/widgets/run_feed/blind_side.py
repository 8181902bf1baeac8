"""Shows a side of a blind duel, and nothing from which one could tell who it is.

Until the last side has ended a browser learns only how far they are together; then the
text of each, and nothing else of it. (docs/adr/0014-blind-comparisons.md)
"""

from collections.abc import Sequence
from typing import Final

from moa_core.evaluation import strip_signature
from moa_core.run import SeatState
from moa_core.votes import FEWEST_SIDES
from pages.widgets.run_feed.feeds import RunFeed
from pages.widgets.run_feed.run_json import Json, Look
from pages.widgets.run_feed.run_news import VERSION, packed
from storage.conversations import Duel
from storage.votes import Votes

NO_ANSWER: Final = (
    "No answer from this side. The reason is shown after the vote: it would reveal "
    "who it was."
)


def is_hidden(duel: Duel, votes: Votes) -> bool:
    """Whether names and costs are hidden: until a vote, or until nobody can vote."""
    if not duel.blind:
        return False
    answers = () if duel.live else tuple(filter(None, duel.answers))
    can_be_judged = duel.live or len(answers) >= FEWEST_SIDES
    return can_be_judged and not votes.judged(duel.turn_uid, "duel", answers)


class BlindSide:
    """What a browser is told of one side while names are hidden.

    Args:
        name: Names the side in every message.
        feeds: The runs of all sides, in page order.
        place: Which of them is this side's.
    """

    def __init__(self, name: str, feeds: Sequence[RunFeed], place: int) -> None:
        self._name, self._feeds, self._place = name, feeds, place
        self._told: Json = {}
        self._ended = False

    async def first(self) -> str:
        """How far all sides are; the text, if all have ended."""
        looks = [await feed.look() for feed in self._feeds]
        self._told, texts = self._known(looks)
        names = dict.fromkeys(("name", "model", "endpoint"), "")
        seat = {"place": [0, 0], "role": "aggregator", **names, **self._told["s"][0]}
        return packed(
            {
                "v": VERSION,
                "run": self._name,
                "now_s": _now_s(looks),
                "state": self._told["r"],
                "layers": [],
                "seats": [seat],
                **texts,
            }
        )

    async def next(self) -> str | None:
        """What is new, or ``None``."""
        looks = [await feed.look() for feed in self._feeds]
        known, texts = self._known(looks)
        if known == self._told:
            return None
        self._told = known
        return packed({"run": self._name, "now_s": _now_s(looks), **known, **texts})

    @property
    def end(self) -> str | None:
        """How it ended, once nothing more will come."""
        return "done" if self._ended else None

    def obey(self, command: Json) -> None:
        """Stop the duel; nothing can be done to one side alone.

        Raises:
            ValueError: It is another command.
        """
        if command["do"] != "stop":
            raise ValueError("a blind side can only be stopped")
        for feed in self._feeds:
            feed.obey(command)

    def _known(self, looks: Sequence[Look]) -> tuple[Json, Json]:
        """The state and the one seat; its text once all sides have ended."""
        done = sum(not look.live for look in looks)
        state: Json = {"status": "running", "live": True, "hidden": True, "answer": 0}
        state["doing"] = f"{done} of {len(looks)} sides are done"
        if done < len(looks):
            return {"r": state | {"progress": _progress(looks)}, "s": {0: _PENDING}}, {}
        self._ended = True
        state |= {"status": "ended", "live": False}
        seat = looks[self._place].state.synthesis
        if seat.status != "succeeded":
            state["notices"] = [{"kind": "info", "text": NO_ANSWER}]
            return {"r": state, "s": {0: _PENDING}}, {}
        texts = {"d": [[0, strip_signature(seat.text)]]}
        return {"r": state, "s": {0: _PENDING | {"status": "succeeded"}}}, texts


_PENDING: Final = {"status": "pending", "page": 1}


def _now_s(looks: Sequence[Look]) -> float:
    return round(max(look.now_s for look in looks), 2)


def _progress(looks: Sequence[Look]) -> float:
    """How much of all sides has ended, from 0 to 1."""
    ended = sum(seat.ended for look in looks for seat in _asked(look))
    return round(ended / sum(len(_asked(look)) for look in looks), 2)


def _asked(look: Look) -> Sequence[SeatState]:
    """Whom a run asks if nothing fails: not its fallbacks."""
    fallbacks = len(look.state.aggregators) - 1
    seats = look.state.seats
    return seats[: len(seats) - fallbacks]
