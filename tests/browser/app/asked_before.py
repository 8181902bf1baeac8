"""Puts answered questions into a database before an app starts on it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.settings import Settings
from services import build_services
from storage.database.sessions import Database
from storage.presets.preset_store import Presets

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


def begin_with_demo(database: Path) -> None:
    """Let new chats begin with simulated models, whatever else is connected."""
    opened = Database.open(f"sqlite:///{database}")
    presets = Presets(opened)
    presets.make_default(presets.save(replace(DEFAULT_PRESET, title="Demo")).uid)
    opened.close()
