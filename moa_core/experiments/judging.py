"""Asks judges: every pair of answers in both orders, and once more if need be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from moa_core.evaluation import again_messages, pair_messages, read_pair
from moa_core.experiments.arm_names import BASELINE, MIXTURE, Arm
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Judged
from moa_core.experiments.run_maker import RunMaker
from moa_core.experiments.side_by_side import a_few_at_once
from moa_core.experiments.work import (
    AnswerKey,
    JudgementKey,
    KnownRun,
    Task,
    UnreadReply,
    WorkKey,
    judgement_keys,
)
from moa_core.messages import Message
from moa_core.mixture import MoAConfig

JUDGEMENTS_AT_ONCE: Final = 4
"""Questions that are judged side by side."""


@dataclass(frozen=True, slots=True)
class AskedJudge:
    """Asks the judge of a protocol."""

    _protocol: Judged
    _maker: RunMaker

    async def reply(
        self,
        key: WorkKey,
        known: KnownRun | None,
        messages: Callable[[], tuple[Message, ...]],
        is_readable: Callable[[str], bool],
    ) -> str | None:
        """What a judge says; it is asked once more if its reply cannot be read.

        Args:
            key: What is judged.
            known: The newest run for it.
            messages: Makes what the judge is sent.
            is_readable: Whether a reply tells anything.

        Returns:
            ``None`` if there is no reply.
        """
        if known is None or not known.answered:
            unread = known.unread if known else None
            known = await self._ask(key, messages(), unread)
        if known and known.answered and not known.unread:
            reply = known.state.synthesis.text
            if not is_readable(reply):
                unread = UnreadReply(known.uid, reply)
                known = await self._ask(key, messages(), unread)
        return known.state.synthesis.text if known and known.answered else None

    async def _ask(
        self, key: WorkKey, messages: tuple[Message, ...], unread: UnreadReply | None
    ) -> KnownRun | None:
        judge, prompt = self._protocol.judge, self._protocol.prompt
        if judge is None:
            raise ValueError("nobody judges")
        if unread:
            messages = again_messages(prompt, messages, unread.text)
        config = MoAConfig(layers=(), aggregator=judge)
        task = Task(key=key, config=config, messages=messages, unread=unread)
        return await self._maker.perform(task)


@dataclass(frozen=True, slots=True)
class Judging:
    """Has pairs of answers compared that are not judged yet."""

    _protocol: Judged
    _items: Sequence[Item]
    _maker: RunMaker

    async def run(self) -> None:
        """Ask for all judgements whose answers are there, a few at a time."""
        by_item: dict[str, list[JudgementKey]] = {}
        for key in judgement_keys(self._protocol, self._items):
            if key not in self._maker.progress.judgements and self._is_answered(key):
                by_item.setdefault(key.item, []).append(key)
        await a_few_at_once(
            JUDGEMENTS_AT_ONCE,
            (
                partial(self._judge_item, item, by_item[item.id])
                for item in self._items
                if item.id in by_item
            ),
        )

    def _is_answered(self, key: JudgementKey) -> bool:
        arms = (MIXTURE, key.pair.removeprefix(MIXTURE))
        answered = self._maker.progress.answers
        return all(
            arm == BASELINE or AnswerKey(key.item, arm) in answered for arm in arms
        )

    async def _judge_item(self, item: Item, keys: Sequence[JudgementKey]) -> None:
        runs = await self._maker.store.runs_of(item)
        texts = dict(await self._maker.store.texts_of(item))
        texts[BASELINE] = item.reference.baseline
        asked = AskedJudge(self._protocol, self._maker)
        for key in keys:
            reply = await asked.reply(
                key,
                runs.get(key),
                partial(self._messages, item, key, texts),
                lambda text: read_pair(text).better is not None,
            )
            if reply is not None:
                await self._maker.settle_judgement(key, read_pair(reply))

    def _messages(
        self, item: Item, key: JudgementKey, texts: Mapping[Arm, str]
    ) -> tuple[Message, ...]:
        ours, theirs = texts[MIXTURE], texts[key.pair.removeprefix(MIXTURE)]
        shown = (ours, theirs) if key.ours_first else (theirs, ours)
        return pair_messages(self._protocol.prompt, item.asked, *shown)
