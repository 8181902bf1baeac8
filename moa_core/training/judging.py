"""Has a judge compare the answers of a batch with the drafts that they were made from.

A comparison is a request like any other: the judge is a mixture of one model, and its
replies are the answers of a batch of their own. So they are kept, capped and resumed
as every batch is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from moa_core.batch import (
    MODEL,
    BatchAnswer,
    BatchFiles,
    KnownBatch,
    Row,
    answers_of,
    checked_row,
)
from moa_core.evaluation import outcome, pair_messages, read_pair, shipped_prompt
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.openai_wire import read_request

_ENDING: Final = ".judgements.jsonl"


class DraftPair(NamedTuple):
    """A draft that an answer is compared with; layer and seat count from 1."""

    fingerprint: str
    layer: int
    seat: int


class Judgement(NamedTuple):
    """What a judge said of an answer and a draft, over both orders.

    Attributes:
        score: 1 if the answer is better in both orders, 0 if the draft is, else 1/2.
        judge: The model that said so.
    """

    score: float
    judge: str


Judgements: TypeAlias = Mapping[DraftPair, Judgement]


def judgements_beside(answers: Path) -> Path:
    """The file that takes what is said of the answers in another one."""
    return answers.with_suffix(_ENDING)


def last_drafts(answer: BatchAnswer) -> Iterator[Mapping[str, Any]]:
    """The drafts that the answer was made from, each text once.

    They have ``layer``, ``seat``, ``model``, ``text`` and ``finish_reason``. Drafts
    that were cut, or say just what the answer says, are left out.
    """
    drafts = answer.about.get("proposals", ())
    last = max((each["layer"] for each in drafts), default=0)
    said = {answer.text.strip()}
    for each in drafts:
        text = each["text"].strip()
        whole = each["finish_reason"] not in ("length", "deadline")
        if each["layer"] == last and whole and text not in said:
            said.add(text)
            yield each


def judging_rows(
    answers: Iterable[BatchAnswer], judge: AgentSpec
) -> tuple[MoAConfig, tuple[Row, ...]]:
    """What a judge is asked: each answer against each of its drafts, in both orders.

    Returns:
        The judge as a mixture, and a row for each reply that it shall give.
    """
    config = MoAConfig(layers=(), aggregator=judge)
    prompt = shipped_prompt("pair")
    rows: list[Row] = []
    for answer in answers:
        question = _asked(answer)
        for draft in last_drafts(answer):
            for ours_first in (True, False):
                texts = answer.text, draft["text"]
                first, second = texts if ours_first else texts[::-1]
                told = pair_messages(prompt, question, first, second)
                messages = [{"role": x.role, "content": x.text} for x in told]
                row = {
                    "row": answer.custom_id,
                    "fingerprint": answer.about["fingerprint"],
                    "layer": draft["layer"],
                    "seat": draft["seat"],
                    "shown_first": "answer" if ours_first else "draft",
                }
                name = "#".join(str(part) for part in row.values())
                body = {"messages": messages}
                rows.append(checked_row(name, body, config, len(rows) + 1, row))
    return config, tuple(rows)


def _asked(answer: BatchAnswer) -> str:
    """The question, with the conversation before it."""
    request = read_request({"model": MODEL, "messages": list(answer.messages)})
    *before, question = request.messages
    told = [f"{each.role}: {each.text}" for each in before]
    return "\n\n".join([*told, f"user: {question.text}"]) if told else question.text


def read_judgements(path: Path) -> Judgements:
    """What a judge has said so far; both of its replies must be there and readable.

    Raises:
        ConfigError: The file is not one of judgements.
    """
    files = BatchFiles.beside(path).parts
    readings: dict[DraftPair, dict[str, Any]] = defaultdict(dict)
    judges = dict[DraftPair, str]()
    for reply in answers_of(KnownBatch.read(*files), files):
        row = reply.about["metadata"]
        pair = DraftPair(row["fingerprint"], row["layer"], row["seat"])
        readings[pair][row["shown_first"]] = read_pair(reply.text)
        judges[pair] = reply.about["aggregator"]
    scores = {
        pair: outcome(both["answer"], both["draft"])
        for pair, both in readings.items()
        if len(both) > 1
    }
    return {
        pair: Judgement(score, judges[pair])
        for pair, score in scores.items()
        if score is not None
    }
