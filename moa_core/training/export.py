"""Exports the answers of a batch: as they are, or as examples to train on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias, get_args

from moa_core.batch import BatchAnswer
from moa_core.settings import SIMULATED
from moa_core.training.forms import TrainingFormat, chat_example, preference_example
from moa_core.training.judging import DraftPair, Judgements, last_drafts

ExportFormat: TypeAlias = Literal["answers", "proposals"] | TrainingFormat

FORMATS: Final[tuple[ExportFormat, ...]] = (
    "answers",
    "proposals",
    *get_args(TrainingFormat),
)

_OF_A_PROPOSAL: Final = ("model", "layer", "seat", "finish_reason")

LeftOut: TypeAlias = Counter[str]
"""How many answers, or pairs, were left out, by the reason."""

_Example: TypeAlias = dict[str, Any]


def exported(
    answers: Iterable[BatchAnswer],
    form: ExportFormat,
    left_out: LeftOut,
    *,
    judgements: Judgements | None = None,
    assume_synthesis: bool = False,
    provenance: bool = True,
) -> Iterator[_Example]:
    """The lines of an export.

    Args:
        answers: Of the batch.
        form: The form of the lines.
        left_out: Counts what is left out; grows as lines are taken.
        judgements: Which of an answer and its draft is better, where a judge said so.
        assume_synthesis: Whether an answer counts as better than each of its drafts
            where nobody said so.
        provenance: Whether each line has ``polyphony``, which says where it is from.
    """
    for answer in answers:
        match form:
            case "answers":
                plain: _Example = {
                    "custom_id": answer.custom_id,
                    "messages": list(answer.messages),
                    "answer": answer.text,
                    "finish_reason": answer.finish_reason,
                    "metadata": dict(answer.about.get("metadata", {})),
                }
                examples = iter([plain])
            case "proposals":
                examples = _proposals(answer)
            case "chat":
                examples = _chat(answer, left_out)
            case _:
                examples = _preferences(
                    answer,
                    _Preferring(judgements or {}, left_out, assume_synthesis),
                    trl=form == "preferences-trl",
                )
        for example in examples:
            about = example.pop("polyphony", {})
            if provenance:
                example["polyphony"] = _provenance(answer) | about
            yield example


def _provenance(answer: BatchAnswer) -> _Example:
    about = answer.about
    return {
        "custom_id": answer.custom_id,
        "fingerprint": about["fingerprint"],
        "mixture": about["mixture"],
        "run": about["run"],
        "written_by": _writer(answer),
    }


def _proposals(answer: BatchAnswer) -> Iterator[_Example]:
    for each in answer.about.get("proposals", ()):
        yield {
            "custom_id": answer.custom_id,
            "messages": list(answer.messages),
            "proposal": each["text"],
            **{name: each[name] for name in _OF_A_PROPOSAL},
        }


def _chat(answer: BatchAnswer, left_out: LeftOut) -> Iterator[_Example]:
    if why := _unfit(answer):
        left_out[why] += 1
    else:
        yield chat_example(answer.messages, answer.text)


def _unfit(answer: BatchAnswer) -> str:
    """Why nobody should learn from an answer; ``""`` if one can."""
    if answer.finish_reason == "length":
        return "cut at a limit"
    if not answer.text.strip():
        return "without a text"
    if _is_simulated(_writer(answer)):
        return "by simulated models"
    return ""


def _writer(answer: BatchAnswer) -> str:
    """The model whose text the answer is: that of the draft, where one was picked."""
    about = answer.about
    if about.get("method") == "rank":
        for draft in about.get("proposals", ()):
            if draft["text"] == answer.text:
                return str(draft["model"])
    return str(about["aggregator"])


def _is_simulated(model: str) -> bool:
    return model.startswith(f"{SIMULATED}/")


class _Preferring:
    """Tells which of two texts is preferred, and who says so."""

    def __init__(
        self, judgements: Judgements, left_out: LeftOut, assume_synthesis: bool
    ) -> None:
        self.left_out = left_out
        self._judgements, self._assumes = judgements, assume_synthesis

    def verdict(
        self, answer: BatchAnswer, draft: Mapping[str, Any]
    ) -> tuple[bool, str] | None:
        """Whether the answer is better than a draft, and who says so; or ``None``."""
        pair = DraftPair(answer.about["fingerprint"], draft["layer"], draft["seat"])
        if answer.about.get("method") == "rank":
            return True, f"ranked by {answer.about['aggregator']}"
        if judgement := self._judgements.get(pair):
            if judgement.score == 0.5:
                self.left_out["judged alike, or differently in the two orders"] += 1
                return None
            return judgement.score == 1, f"judged by {judgement.judge} in both orders"
        if self._assumes:
            return True, "assumed"
        self.left_out["that nobody has compared"] += 1
        return None


def _preferences(
    answer: BatchAnswer, preferring: _Preferring, *, trl: bool
) -> Iterator[_Example]:
    """The answer and each draft that it was made from, in the order of preference."""
    if why := _unfit(answer):
        preferring.left_out[why] += 1
        return
    for draft in last_drafts(answer):
        if _is_simulated(draft["model"]):
            preferring.left_out["by simulated models"] += 1
        elif verdict := preferring.verdict(answer, draft):
            is_better, who = verdict
            pair = (answer.text, _writer(answer)), (draft["text"], draft["model"])
            better, worse = pair if is_better else pair[::-1]
            example = preference_example(answer.messages, better[0], worse[0], trl=trl)
            example["polyphony"] = {
                "chosen_by": better[1],
                "rejected_by": worse[1],
                "preferred": who,
            }
            yield example
