"""Runs experiments: mixtures against others on the same questions, judged blindly."""

from moa_core.experiments.arms import config_of
from moa_core.experiments.forecast import Forecast, estimate_task, forecast
from moa_core.experiments.items import Item, drawn, shuffled
from moa_core.experiments.protocol import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    PLACEBO,
    Arm,
    Pair,
    Protocol,
    judge_of,
)
from moa_core.experiments.report import forecast_to_dict, report_of, result_to_dict
from moa_core.experiments.result import PairResult, Result, Votes, result_of
from moa_core.experiments.run_maker import Ended, Step
from moa_core.experiments.runner import Runner
from moa_core.experiments.sentences import combined_sentence, headline, name_of_arm
from moa_core.experiments.store import ExperimentStore, Progress
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
    "ALONE", "MIXTURE", "ONE_MODEL", "PLACEBO", "AnswerKey", "Arm", "Ended",
    "ExperimentStore", "Forecast", "Item", "JudgementKey",
    "KnownRun", "Pair", "PairResult", "Progress", "Protocol", "Result", "Runner",
    "SettledAnswer", "Step", "Task", "UnreadReply", "Votes", "WorkKey",
    "combined_sentence", "config_of", "drawn", "estimate_task", "forecast",
    "forecast_to_dict", "headline", "judge_of", "name_of_arm", "report_of", "result_of",
    "result_to_dict", "shuffled",
]  # fmt: skip
