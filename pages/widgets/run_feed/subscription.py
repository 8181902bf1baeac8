"""Opens what a browser asks to follow by its name, and tells what is new of it.

A name is the uid of a run; ``replay:<uid>`` of one to be played again;
``side:<uid>:<place>`` of a side of a duel, where the server decides what may be seen.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from moa_core.engine import LiveRuns
from pages.widgets.run_feed.blind_side import BlindSide, is_hidden
from pages.widgets.run_feed.feeds import Feed, RunFeed
from pages.widgets.run_feed.replay_feed import ReplayFeed
from pages.widgets.run_feed.run_json import Json
from pages.widgets.run_feed.run_news import Position, RunNews
from storage.conversations import Duels
from storage.errors import NotFoundError
from storage.recording import Runs
from storage.votes import Votes


class Subscription(Protocol):
    """What one browser follows."""

    @property
    def end(self) -> str | None:
        """How it ended, once nothing more will come."""

    async def first(self) -> str:
        """All that is known, as one message."""

    async def next(self) -> str | None:
        """What is new, as one message; ``None`` if nothing is."""

    def obey(self, command: Json) -> None:
        """Carry out what the user wants of it."""


class Following:
    """A run, live, stored or replayed, as one browser follows it.

    Args:
        name: Names it in every message.
        feed: Where it is looked at.
        have: What the browser has of its texts.
        growth: In which growth of the texts ``have`` counts (``Feed.growth``).
    """

    def __init__(
        self, name: str, feed: Feed, have: Sequence[Position] = (), growth: str = ""
    ) -> None:
        self._name, self._feed = name, feed
        self._have, self._growth = have, growth
        self._news: RunNews | None = None
        self._live = True

    @property
    def end(self) -> str | None:
        """How it ended, once nothing more will come."""
        return None if self._live or self._feed.stays else "done"

    async def first(self) -> str:
        """All that is known, without the texts that the browser has."""
        look = await self._feed.look()
        growth, have = self._feed.growth, self._have
        if not growth or growth != self._growth:
            have = [Position(-1, each.answer, each.reasoning) for each in have]
        self._news = RunNews(self._name, look, have, {"of": growth})
        self._live = look.live
        return self._news.first(look)

    async def next(self) -> str | None:
        """What is new, or ``None``."""
        if self._news is None:
            return await self.first()
        look = await self._feed.look()
        self._live = look.live
        return self._news.next(look)

    def obey(self, command: Json) -> None:
        """Carry out what the user wants of it."""
        self._feed.obey(command)


@dataclass(frozen=True, slots=True)
class RunsToFollow:
    """Where runs, replays and sides of duels are found by their names."""

    live: LiveRuns
    runs: Runs
    duels: Duels
    votes: Votes

    async def open(
        self, name: str, have: Sequence[Position] = (), growth: str = ""
    ) -> Subscription:
        """What goes by ``name``.

        Raises:
            NotFoundError: Nothing does.
            StorageError: It cannot be read.
        """
        match name.split(":"):
            case [uid]:
                return Following(name, self._run(uid), have, growth)
            case ["replay", uid]:
                return Following(name, ReplayFeed(uid, self.runs), have)
            case ["side", uid, place] if place.isdecimal():
                return await self._side(name, uid, int(place), have, growth)
            case _:
                pass
        raise NotFoundError(name)

    def _run(self, uid: str) -> RunFeed:
        return RunFeed(uid, self.live, self.runs)

    async def _side(
        self, name: str, uid: str, place: int, have: Sequence[Position], growth: str
    ) -> Subscription:
        """A side of a duel: all of it, or only what may be seen before the vote."""
        duel = await asyncio.to_thread(self.duels.load, uid)
        feeds = [self._run(run.uid) for run in duel.sides]
        if place >= len(feeds):
            raise NotFoundError(name)
        if await asyncio.to_thread(is_hidden, duel, self.votes):
            return BlindSide(name, feeds, place)
        return Following(name, feeds[place], have, growth)
