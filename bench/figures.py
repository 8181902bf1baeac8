"""Defines the figures of a measurement, their targets, and how progress is printed."""

import sys
from typing import TypeAlias

Figures: TypeAlias = dict[str, float]
"""Names that end in their unit, and values."""

AT_MOST: Figures = {
    "engine_wall_ratio_1": 1.02,
    "engine_wall_ratio_20": 1.15,
    "engine_first_token_ratio_1": 1.02,
    "page_bytes_ratio": 2.2,
    "page_server_cpu_s_per_run": 0.75,
    "page_server_cpu_s_per_run_20": 0.35,
    "api_wall_over_engine": 1.06,
    "api_close_ms": 100,
    "view_stop_s": 0.2,
    "history_list_ms": 20,
    "search_ms": 50,
    "history_page_s": 1,
    "evaluation_page_ms": 300,
    "spend_ms": 300,
    "spend_page_s": 1,
    "stop_ms": 100,
    "provenance_ms": 150,
    "pace_straggler_quorum": 1.15,
    "pace_hang_quorum": 1.15,
    "pace_even_quorum_over_today": 1.01,
    "pace_even_both_over_today": 1.01,
    "fast_start_straggler_chunks_first": 0.3,
    "fast_start_straggler_provisional_first": 0.3,
    "batch_calls_beyond_needed_and_in_flight": 0,
    "batch_most_in_a_minute": 1212,  # as they arrive: the network is not even
}
AT_LEAST: Figures = {
    "batch_rows_answered_once": 500,
    "batch_ray_rows_answered_once": 120,
    "batch_share_of_the_limit": 0.95,
    "page_updates_hz_20": 14,
    "cached_share_trailing_after_the_first_turn": 0.4,
}


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def rounded(figures: Figures) -> Figures:
    """Four significant digits: the rest is noise."""
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def missed(figures: Figures) -> list[str]:
    """What is not as good as it is to be, each in a line."""
    lines = []
    for name, value in figures.items():
        if value > AT_MOST.get(name, value):
            lines.append(f"{name} is {value:g}, not at most {AT_MOST[name]:g}")
        if value < AT_LEAST.get(name, value):
            lines.append(f"{name} is {value:g}, not at least {AT_LEAST[name]:g}")
    return lines
