"""Formats tokens, money and durations; what is unknown says so."""

from decimal import Decimal

from moa_core.plan import Estimate
from moa_core.run import Call, RunState
from moa_core.text import counted
from moa_core.usage import Cost, Usage

SEPARATOR = " · "
NO_BREAK = "\N{NO-BREAK SPACE}"
_WORD_JOINER = "\N{WORD JOINER}"


def seconds(amount_s: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 5 s``."""
    return f"{amount_s:.1f} s" if amount_s < 9.95 else whole_seconds(round(amount_s))


def whole_seconds(amount_s: float) -> str:
    """``6 s``, ``3 min 5 s``: for clocks that run, which need not flicker."""
    minutes, rest_s = divmod(int(amount_s), 60)
    return f"{minutes} min {rest_s} s" if minutes else f"{rest_s} s"


def tokens(usage: Usage) -> str:
    """``1,234 tokens``, ``~1,234 tokens`` when estimated, or with ``+ unknown``."""
    known = f"{usage.total_tokens:,} tokens"
    if usage.source == "estimated":
        known = f"~{known}"
    if not usage.unknown_calls:
        return known
    return f"{known} + unknown" if usage.total_tokens else "tokens unknown"


def money(cost: Cost) -> str:
    """``$0.0031``, safe in Markdown, where a dollar sign may begin a formula."""
    text = str(cost)
    return ("cost unknown" if text == "unknown" else text).replace("$", "\\$")


def plain(line: str) -> str:
    """A line of these figures for what is no Markdown."""
    return line.replace("\\$", "$")


def about(low: Cost, high: Cost) -> str:
    """``about $0.01 to $0.08``, ``free`` or ``cost unknown``: before it is asked."""
    if high.unknown_calls:
        return "cost unknown"
    if not high.usd:
        return "free"
    ends = dict.fromkeys(_one_digit(cost.usd) for cost in (low, high))
    return f"about {' to '.join(ends)}".replace("$", "\\$")


def _one_digit(usd: Decimal) -> str:
    """``$0.08``, ``$20``, ``$0``."""
    near = round(usd, -usd.adjusted()) if usd else usd
    return f"${near.normalize():f}"


def money_cell(cost: Cost) -> str:
    """``$0.0031``, ``unknown``: for a column whose heading says that it is a cost."""
    return money(cost).removeprefix("cost ")


def percent(share: float) -> str:
    """``62 %``; only what is exactly 0 or 1 says so."""
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return f"<1{NO_BREAK}%"
    return f"{min(whole, 99) if share < 1 else whole}{NO_BREAK}%"


def percent_range(low: float, high: float) -> str:
    """``37–80 %``, on one line."""
    return f"{percent(low)[:-2]}–{_WORD_JOINER}{percent(high)}"


def speed(call: Call) -> str | None:
    """Tokens written per second after the first one; ``None`` if it cannot be told."""
    if call.ttft_s is None or call.usage.unknown_calls:
        return None
    writing_s = call.latency_s - call.ttft_s
    written = call.usage.output_tokens
    if writing_s <= 0.05 or not written:
        return None
    per_s = written / writing_s
    return f"{per_s:.0f} tokens/s" if per_s >= 1 else "<1 token/s"


def call_line(call: Call) -> str:
    """One ended call in a line: tokens, speed, time, cost."""
    parts = [_written(call.usage), speed(call), seconds(call.latency_s)]
    return SEPARATOR.join([part for part in parts if part] + [money(call.cost)])


def _written(usage: Usage) -> str:
    """``512 tokens``, ``~512 tokens`` when estimated, or that nobody knows."""
    if usage.unknown_calls:
        return "tokens unknown"
    about = "~" if usage.source == "estimated" else ""
    return f"{about}{counted(usage.output_tokens, 'token')}"


def prompt_line(usage: Usage) -> str:
    """``1,234 tokens read, 87 % cached``, as far as known; ``""`` if none of it is."""
    if usage.unknown_calls or not usage.input_tokens:
        return ""
    about = "~" if usage.source == "estimated" else ""
    read = f"{about}{counted(usage.input_tokens, 'token')} read"
    share = usage.cached_share
    return read if share is None else f"{read}, {percent(share)} cached"


def run_facts(state: RunState, expected: tuple[Cost, Cost] | None = None) -> str:
    """One run in a line: cost, tokens, time, how many proposers answered.

    Args:
        state: The run.
        expected: What it was thought to cost, at least and at most.
    """
    cost = money(state.cost)
    if expected and expected[1].usd:
        cost = f"{cost} (expected {money_range(*expected)})"
    parts = [cost, tokens(state.usage)]
    if state.latency_s is not None:
        parts.append(seconds(state.latency_s))
    return SEPARATOR.join([*parts, answered(state)])


def answered(state: RunState) -> str:
    """``3 of 4 answered``, over all layers; ``1 new call`` over what was kept."""
    if state.rework.reused:
        return counted(len(state.calls), "new call")
    if not state.layers:
        return "single model"
    return f"{state.answered} of {state.asked} answered"


def token_range(low: int, high: int) -> str:
    """``2,100 to 5,400 tokens``, rounded to two digits: it is an estimate."""
    return f"{_two_digits(low):,} to {_two_digits(high):,} tokens"


def money_range(low: Cost, high: Cost) -> str:
    """``$0.0021 to $0.0068``, ``$0``, ``cost unknown`` or with ``+ unknown``."""
    if str(low) == str(high):
        return money(low)
    unknown = " + unknown" if low.unknown_calls else ""
    ends = f"{Cost(low.usd)} to {Cost(high.usd)}{unknown}"
    return ends.replace("$", "\\$")


def estimate_line(turn: Estimate) -> str:
    """``6 calls · 3.1K to 5.2K tokens · $0.004 to $0.009``; ``2 to 7 calls``."""
    total = token_range(
        turn.input_tokens[0] + turn.output_tokens[0],
        turn.input_tokens[1] + turn.output_tokens[1],
    )
    calls = counted(turn.calls, "call")
    if turn.fewest_calls is not None and turn.fewest_calls < turn.calls:
        calls = f"{turn.fewest_calls} to {calls}"
    guess = ["images are a guess"] if turn.guessed_images else []
    return SEPARATOR.join([calls, total, money_range(turn.low, turn.high), *guess])


def _two_digits(count: int) -> int:
    digits = max(0, len(str(count)) - 2)
    return round(count, -digits)
