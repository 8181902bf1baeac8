"""Has the answers of an experiment judged: every pair in both orders."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.evaluation import again_messages, pair_messages, read_pair
from moa_core.experiments.arm_names import MIXTURE, Arm
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.run_maker import RunMaker
from moa_core.experiments.side_by_side import together
from moa_core.experiments.work import (
    AnswerKey,
    JudgementKey,
    KnownRun,
    Task,
    UnreadReply,
    judgement_keys,
)
from moa_core.mixture import MoAConfig

JUDGEMENTS_AT_ONCE: Final = 4
"""Questions that are judged side by side."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Asks the judge for what is not judged yet."""

    _protocol: Protocol
    _items: Sequence[Item]
    _maker: RunMaker

    async def run(self) -> None:
        """Ask for all judgements whose answers are there, a few at a time."""
        places = asyncio.Semaphore(JUDGEMENTS_AT_ONCE)
        answered = self._maker.progress.answers
        by_item: dict[str, list[JudgementKey]] = {}
        for key in judgement_keys(self._protocol, self._items):
            arms = (MIXTURE, key.pair.removeprefix(MIXTURE))
            there = all(AnswerKey(key.item, arm) in answered for arm in arms)
            if there and key not in self._maker.progress.judgements:
                by_item.setdefault(key.item, []).append(key)

        async def judge(item: Item) -> None:
            async with places:
                await self._judge_item(item, by_item[item.id])

        await together(*(judge(item) for item in self._items if item.id in by_item))

    async def _judge_item(self, item: Item, keys: Sequence[JudgementKey]) -> None:
        runs, texts = (
            await self._maker.store.runs_of(item),
            await self._maker.store.texts_of(item),
        )
        for key in keys:
            await self._judge_pair(item, key, runs.get(key), texts)

    async def _judge_pair(
        self,
        item: Item,
        key: JudgementKey,
        known: KnownRun | None,
        texts: Mapping[Arm, str],
    ) -> None:
        """Have a pair read; once more if the reply cannot be read."""
        if known is None or not known.answered:
            unread = known.unread if known else None
            known = await self._ask_judge(item, key, texts, unread)
        if known and known.answered and not known.unread:
            reply = known.state.synthesis.text
            if read_pair(reply).better is None:
                unread = UnreadReply(known.uid, reply)
                known = await self._ask_judge(item, key, texts, unread)
        if known is None or not known.answered:
            return
        reading = read_pair(known.state.synthesis.text)
        await self._maker.settle_judgement(key, reading)

    async def _ask_judge(
        self,
        item: Item,
        key: JudgementKey,
        texts: Mapping[Arm, str],
        unread: UnreadReply | None,
    ) -> KnownRun | None:
        judge, prompt = self._protocol.judge, self._protocol.prompt
        if judge is None:
            raise ValueError("nobody judges")
        ours, theirs = texts[MIXTURE], texts[key.pair.removeprefix(MIXTURE)]
        shown = (ours, theirs) if key.ours_first else (theirs, ours)
        messages = pair_messages(prompt, item.asked, *shown)
        if unread:
            messages = again_messages(prompt, messages, unread.text)
        config = MoAConfig(layers=(), aggregator=judge)
        task = Task(key=key, config=config, messages=messages, unread=unread)
        return await self._maker.perform(task)
