"""Loads stored runs: their calls, errors, state and answers."""

from storage.runs.answers import (
    ANSWERING_ROLES,
    IS_ANSWER,
    AnswerRef,
    call_id_of,
    is_answer,
    refs_of,
)
from storage.runs.call_columns import begun_columns, ended_columns, free_columns
from storage.runs.decision_columns import decision_columns, stored_decisions
from storage.runs.error_columns import error_columns
from storage.runs.noted_windows import noted_window
from storage.runs.stored_runs import CostRange, StoredRun, load_runs
from storage.runs.tool_call_columns import stored_tool_calls, tool_call_columns
from storage.runs.usual_times import load_usual_first_s

__all__ = [
    "ANSWERING_ROLES", "IS_ANSWER", "AnswerRef", "CostRange", "StoredRun",
    "begun_columns", "call_id_of", "decision_columns", "ended_columns", "error_columns",
    "free_columns", "is_answer", "load_runs", "load_usual_first_s", "noted_window",
    "refs_of", "stored_decisions", "stored_tool_calls", "tool_call_columns",
]  # fmt: skip
