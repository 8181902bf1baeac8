"""Plays a stored run again to one browser, at its own clock."""

import asyncio
import math

from moa_core.review import Replay
from pages.widgets.formatting import figures
from pages.widgets.run_feed.feeds import whole_number
from pages.widgets.run_feed.run_json import Json, Look
from storage.recording import Runs

FASTEST = 64


class ReplayFeed:
    """A replay; it stays at its end, so that one can go back in it.

    Args:
        uid: Of the run.
        runs: The stored runs.
    """

    stays = True
    growth = ""

    def __init__(self, uid: str, runs: Runs) -> None:
        self._uid, self._runs = uid, runs
        self._replay: Replay | None = None
        self._era = 0

    async def look(self) -> Look:
        """The run as it was at the moment to which the replay has come."""
        if self._replay is None:
            stored = await asyncio.to_thread(self._runs.load, self._uid)
            self._replay = Replay(self._uid, stored.state)
        replay = self._replay
        state = replay.state
        more = {
            "pace": replay.pace,
            "paused": replay.paused,
            "total_s": round(replay.total_s, 2),
            "total": figures.seconds(replay.total_s),
        }
        now_s = min(replay.elapsed_s, replay.total_s)
        return Look(state, now_s, replay.live, more={"replay": more}, era=self._era)

    def obey(self, command: Json) -> None:
        """Pause, play, skip ahead, seek a moment or set the pace."""
        if (replay := self._replay) is None:
            return
        match command["do"]:
            case "pause":
                replay.pause()
            case "play":
                self._era += not replay.live
                replay.play()
            case "skip":
                replay.skip()
            case "pace":
                replay.pace = min(max(1, whole_number(command, "pace")), FASTEST)
            case "seek":
                self._era += 1
                replay.seek(_moment(command))
            case _:
                raise ValueError("unknown command")


def _moment(command: Json) -> float:
    at_s = command.get("at_s")
    if not isinstance(at_s, int | float) or not math.isfinite(at_s):
        raise ValueError("no at_s")
    return at_s
