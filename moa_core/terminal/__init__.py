"""Shows runs, presets and scores in a terminal, as text or as JSON."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.terminal.attached import attached
from moa_core.terminal.beginning import best_real_preset, mixture_to_begin_with
from moa_core.terminal.json_lines import event_to_line
from moa_core.terminal.kept import Kept, OwnPresets
from moa_core.terminal.local_servers import with_local_servers
from moa_core.terminal.options import (
    BATCH,
    EVALUATE,
    mixture_asked_for,
    parser,
    preset_asked_for,
    with_placement,
)
from moa_core.terminal.pace_options import with_pace
from moa_core.terminal.plain_lines import PlainLines
from moa_core.terminal.preset_list import preset_line, preset_paragraph, usable_first
from moa_core.terminal.question import question_asked
from moa_core.terminal.standard_error import forgive_standard_error
from moa_core.terminal.stop_signals import on_stop_signals

if TYPE_CHECKING:
    from moa_core.terminal.batch import (
        asked_batch,
        asked_of_batch,
        batch_parser,
        carry_out_batch,
        duration,
        row_rate,
        tell_of_batch,
    )
    from moa_core.terminal.described import agents_asked, experiment_asked_for
    from moa_core.terminal.evaluate import evaluate_parser, scored
    from moa_core.terminal.experiment import Teller, carry_out

__all__ = [
    "BATCH", "EVALUATE", "Kept", "OwnPresets", "PlainLines", "Teller", "agents_asked",
    "asked_batch", "asked_of_batch", "attached", "batch_parser", "best_real_preset",
    "carry_out", "carry_out_batch", "duration", "evaluate_parser", "event_to_line",
    "experiment_asked_for", "forgive_standard_error", "mixture_asked_for",
    "mixture_to_begin_with", "on_stop_signals", "parser", "preset_asked_for",
    "preset_line", "preset_paragraph", "question_asked", "row_rate",
    "scored", "tell_of_batch", "usable_first", "with_local_servers", "with_pace",
    "with_placement",
]  # fmt: skip

if not TYPE_CHECKING:  # who asks a question does without what reads benchmarks
    __getattr__ = names_on_demand(
        __name__,
        {
            "batch": "asked_batch asked_of_batch batch_parser carry_out_batch duration "
            "row_rate tell_of_batch",
            "evaluate": "evaluate_parser scored",
            "described": "agents_asked experiment_asked_for",
            "experiment": "Teller carry_out",
        },
    )
