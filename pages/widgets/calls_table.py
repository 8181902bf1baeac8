"""Every call of a run in a table: who, how it went, tokens, times, cost."""

from moa_core.run.results import Call
from moa_core.run.run_state import RunState
from pages.widgets import figures
from pages.widgets.untrusted import plain_label

_HEAD = "| Layer | Model | Outcome | In | Out | First word | Time | Cost |"
_RULE = "|---|---|---|--:|--:|--:|--:|--:|"


def calls_table(state: RunState) -> str:
    """A Markdown table; a retried call has a row for every attempt."""
    rows = [_row(call) for call in state.calls]
    return "\n".join([_HEAD, _RULE, *rows])


def _row(call: Call) -> str:
    layer = str(call.seat.layer_index + 1) if call.role == "proposer" else "Answer"
    usage, about = call.usage, "~" if call.usage.source == "estimated" else ""
    unknown = bool(usage.unknown_calls)
    cells = [
        layer,
        plain_label(call.agent.ref, limit=60),
        _outcome(call),
        "unknown" if unknown else f"{about}{usage.input_tokens:,}",
        "unknown" if unknown else f"{about}{usage.output_tokens:,}",
        "" if call.ttft_s is None else figures.seconds(call.ttft_s),
        figures.seconds(call.latency_s),
        figures.money_cell(call.cost),
    ]
    return f"| {' | '.join(cells)} |"


def _outcome(call: Call) -> str:
    tried = f" (try {call.attempt})" if call.attempt > 1 else ""
    match call.outcome:
        case "succeeded":
            cut = ":orange[cut]" if call.finish_reason == "length" else "answered"
            return f"{cut}{tried}"
        case "failed":
            return f":red[failed]{tried}"
        case _:
            return f"{call.outcome}{tried}"
