"""Runs experiments: mixtures against others on the same questions, judged blindly."""

from moa_core.experiments.forecast import estimate_task, forecast
from moa_core.experiments.items import Item, drawn, shuffled
from moa_core.experiments.protocol import Protocol, judge_of
from moa_core.experiments.report import report_of, result_to_dict
from moa_core.experiments.result import Votes, result_of
from moa_core.experiments.runner import Runner
from moa_core.experiments.sentences import combined_sentence, headline
from moa_core.experiments.store import Progress
from moa_core.experiments.work import AnswerKey, JudgementKey, SettledAnswer

__all__ = [
    "AnswerKey", "Item", "JudgementKey", "Progress", "Protocol", "Runner",
    "SettledAnswer", "Votes", "combined_sentence", "drawn", "estimate_task",
    "forecast", "headline", "judge_of", "report_of", "result_of", "result_to_dict",
    "shuffled",
]  # fmt: skip
