"""Makes examples to train models on, and has a judge say what is better in a batch."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.training.forms import TrainingFormat, chat_example, preference_example

if TYPE_CHECKING:
    from moa_core.training.export import FORMATS, LeftOut, exported
    from moa_core.training.judging import (
        judgements_beside,
        judging_rows,
        read_judgements,
    )

__all__ = [
    "FORMATS", "LeftOut", "TrainingFormat", "chat_example", "exported",
    "judgements_beside", "judging_rows", "preference_example", "read_judgements",
]  # fmt: skip

if not TYPE_CHECKING:  # chats are exported without all that batches need
    __getattr__ = names_on_demand(
        __name__,
        {
            "export": "FORMATS LeftOut exported",
            "judging": "judgements_beside judging_rows read_judgements",
        },
    )
