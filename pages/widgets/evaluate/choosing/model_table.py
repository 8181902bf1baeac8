"""Writes what is known of models as a table, with ranges and with what is unknown."""

from collections.abc import Mapping
from typing import Final

from moa_core.evaluation import ModelRecord, Tally, missed_in_words
from moa_core.mixture import MoAConfig
from pages.widgets.formatting import NO_BREAK, percent, percent_range
from services.choosing import Candidates

_DIFFERENT: Final = (
    "**Different**: how little the words of its answers have in common with those of "
    "the others' answers to the same questions. All ranges are 95 % and hold however "
    "often you look."
)
MODELS_COMPARED: Final = (
    "**Alone**: how often its own answer wins against the mixture, ties counted half. "
    "**As aggregator**: the same, where it writes from the same drafts. **As "
    f"proposer**: whether the mixture gets worse without its drafts. {_DIFFERENT}"
)
VOTES_COUNTED: Final = (
    "**Alone**: how often its answer won your votes, ties counted half, whoever it "
    "met. The suggestion goes by strength, which allows for whom it met. "
    f"{_DIFFERENT}"
)
_UNKNOWN: Final = f":gray[not{NO_BREAK}measured]"
_WRITES: Final = ":gray[writes in the mixture]"
_HEAD: Final = (
    "| Model | Alone | As aggregator | As proposer | Different |\n|---|---|---|---|--:|"
)
_HEAD_OF_VOTES: Final = "| Model | Alone | Different |\n|---|---|--:|"


def model_table(
    found: Candidates, names: Mapping[str, str], opponent: MoAConfig | None
) -> str:
    """A Markdown table, a model a row, the best alone first.

    Args:
        found: The models, with what is known of them.
        names: What they are called on the page.
        opponent: The mixture that they are compared with; ``None`` of votes.
    """
    records = found.known.records
    order = sorted(
        records, key=lambda model: (-(records[model].alone.rate or 0), model)
    )
    rows = [_HEAD if opponent else _HEAD_OF_VOTES]
    for model in order:
        cells = [f"**{names[model]}**", _rate(records[model].alone)]
        if opponent:
            writes = model == opponent.aggregator.ref
            tried = _WRITES if writes else _rate(records[model].as_aggregator)
            cells += [tried, _missed(records[model])]
        rows.append(f"| {' | '.join([*cells, _different(found, model)])} |")
    return "\n".join(rows)


def _rate(tally: Tally) -> str:
    rate = tally.win_rate()
    if rate.rate is None:
        return _UNKNOWN
    interval = percent_range(rate.low, rate.high)
    return (
        f"**{percent(rate.rate)}** :gray[{interval}, n{NO_BREAK}={NO_BREAK}{rate.n:,}]"
    )


def _missed(record: ModelRecord) -> str:
    said = missed_in_words(record)
    return said[:1].upper() + said[1:] if said else _UNKNOWN


def _different(found: Candidates, model: str) -> str:
    share = found.known.difference(model)
    return f":gray[not{NO_BREAK}known]" if share is None else percent(share)
