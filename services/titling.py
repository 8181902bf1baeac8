"""Has a chat's cheapest model write its title, once the first answer is there.

Nothing waits for it. Whatever goes wrong, the words of the question stay. A call to a
local server begins when nothing else is asked here, and gives way to the next question:
a server near by may answer one call at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from moa_core.engine import LiveRuns, Resilient, SeatRequest, make_call
from moa_core.errors import MoAError
from moa_core.plan import TitleCall, title_call
from moa_core.pricing import PriceBook
from moa_core.run import Call, CompletionRequest, Provider, RunState, Situated
from moa_core.settings import Titling
from moa_core.titles import title_from
from storage.recording import BegunRun, Titles
from storage.settings import AppSettings

_log = logging.getLogger(__name__)

WITHIN_S = 300.0
"""Longest that a title may take, waiting included, in seconds."""


def is_near(provider: Provider) -> bool:
    """Whether a provider's server is near by, and may have few places."""
    return isinstance(provider, Situated) and provider.local_server is not None


@dataclass(frozen=True, slots=True)
class ChatTitles:
    """Titles the chats of this process.

    Attributes:
        titles: Where they are kept.
        live: Owns the loop, and knows whether a run is under way.
        policies: The limits that hold for all calls.
        prices: Where costs come from.
        app_settings: What is set on the page.
        default: What holds as long as nothing is set there.
        told: Told of each call that has ended, by the loop's thread.
    """

    titles: Titles
    live: LiveRuns
    policies: Resilient
    prices: PriceBook
    app_settings: AppSettings
    default: Titling = "question"
    told: Callable[[Call], None] | None = None
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _near: set[str] = field(default_factory=set)  # chats that a local server titles

    @property
    def chosen(self) -> Titling:
        """What chats are called after."""
        return self.app_settings.titles() or self.default

    @property
    def under_way(self) -> bool:
        """Whether any chat is being titled."""
        return bool(self._tasks)

    def is_due(self, conversation_uid: str) -> bool:
        """Whether the title of a chat may change soon."""
        return conversation_uid in self._tasks

    def give_way(self) -> None:
        """Let a question go first that is about to be asked."""

        def leave_local_servers() -> None:
            for uid in self._near:
                if task := self._tasks.get(uid):
                    task.cancel()

        self.live.loop.call_soon_threadsafe(leave_local_servers)

    def run_ended(
        self, begun: BegunRun, state: RunState, providers: Mapping[str, Provider]
    ) -> None:
        """Begin to title the chat if this was its first answer; for the loop's thread.

        Args:
            begun: The run.
            state: How it ended.
            providers: Those of the session that asked.
        """
        uid = begun.conversation_uid
        if state.status != "succeeded" or not state.synthesises or self.is_due(uid):
            return
        task = asyncio.create_task(self._title(begun, state, providers))
        self._tasks[uid] = task

        def forget(ended: asyncio.Task[None]) -> None:
            if self._tasks.get(uid) is ended:
                del self._tasks[uid]
                self._near.discard(uid)

        task.add_done_callback(forget)

    async def _title(
        self, begun: BegunRun, state: RunState, providers: Mapping[str, Provider]
    ) -> None:
        try:
            if await asyncio.to_thread(lambda: self.chosen) == "question":
                return
            call = title_call(state, begun.messages[-1].text, self.prices)
            if call is None:
                return
            async with asyncio.timeout(WITHIN_S):
                await self._write(begun, call, providers)
        except (MoAError, TimeoutError) as error:  # a cap, say: the question's words do
            _log.info("a chat keeps its question as its title: %s", error)
        except Exception:  # noqa: BLE001 - nobody awaits this
            _log.exception("a chat could not be titled")

    async def _write(
        self, begun: BegunRun, call: TitleCall, providers: Mapping[str, Provider]
    ) -> None:
        endpoint = call.agent.endpoint
        if endpoint in providers and is_near(providers[endpoint]):
            await self.live.quiet()
            self._near.add(begun.conversation_uid)
        caps = await asyncio.to_thread(self.app_settings.caps)
        booked = await asyncio.to_thread(self.titles.begin, begun.run_uid, call, caps)
        if booked is None:
            return
        completion = CompletionRequest(call.agent, call.messages)
        request = SeatRequest("title", call.seat, completion, takes_cut=False)
        policies = self.policies.around(providers)
        attempts = await make_call(policies, self.prices, request, booked.budget)
        for attempt in attempts:
            if self.told:
                self.told(attempt.call)
        last = attempts[-1].call
        title = title_from(last.text) if last.outcome == "succeeded" else None
        await asyncio.to_thread(self.titles.end, booked, attempts, title)
