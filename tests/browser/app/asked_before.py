"""Puts answered questions into a database before an app starts on it."""

import time
from collections.abc import Mapping
from pathlib import Path

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.settings import Settings
from services import build_services

RUNS_END_WITHIN_S = 60.0


def ask_before(
    database: Path,
    *questions: str,
    config: MoAConfig = DEFAULT_PRESET.config,
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Ask the questions side by side, each in a conversation of its own.

    Returns:
        The conversations' uids.
    """
    settings = {
        "DATABASE_URL": f"sqlite:///{database}",
        "POLYPHONY_LOCAL_SERVERS": "off",
        "POLYPHONY_SIMULATED_PACE": "0",
        **(environment or {}),
    }
    services = build_services(Settings.from_mapping(settings))
    try:
        begun = [
            services.asking().start_question(Question(question), config)
            for question in questions
        ]
        ends = time.monotonic() + RUNS_END_WITHIN_S
        while any(services.live.get(each.run_uid) for each in begun):
            assert time.monotonic() < ends, "the runs never ended"
            time.sleep(0.01)
    finally:
        services.close()
    return [each.conversation_uid for each in begun]
