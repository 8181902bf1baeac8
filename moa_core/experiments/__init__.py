"""Runs experiments: mixtures against others on the same questions, judged blindly."""

from moa_core.experiments.answers import answer_in_run
from moa_core.experiments.forecast import estimate_task, forecast
from moa_core.experiments.items import Item, drawn, shuffled
from moa_core.experiments.protocol import MIXTURE, Pair, Protocol, judge_of
from moa_core.experiments.report import report_of, result_to_dict
from moa_core.experiments.result import Votes, result_of
from moa_core.experiments.run_maker import Ended, Step
from moa_core.experiments.runner import Runner
from moa_core.experiments.sentences import combined_sentence, headline
from moa_core.experiments.store import Progress
from moa_core.experiments.work import (
    AnswerKey,
    JudgementKey,
    KnownRun,
    SettledAnswer,
    Task,
    UnreadReply,
    WorkKey,
)

__all__ = [
    "MIXTURE", "AnswerKey", "Ended", "Item", "JudgementKey", "KnownRun", "Pair",
    "Progress", "Protocol", "Runner", "SettledAnswer", "Step", "Task",
    "UnreadReply", "Votes", "WorkKey", "answer_in_run", "combined_sentence",
    "drawn", "estimate_task", "forecast", "headline", "judge_of", "report_of",
    "result_of", "result_to_dict", "shuffled",
]  # fmt: skip
