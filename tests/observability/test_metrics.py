"""What is counted of real runs, and that what is unknown is never a zero."""

from decimal import Decimal

import pytest

from moa_core.mixture.config import AgentSpec, Seat
from moa_core.run.results import Call
from moa_core.usage import UNKNOWN_COST, UNKNOWN_USAGE, Cost, Usage
from services.observability.metrics import MOST_MODELS, Metrics


@pytest.fixture
def metrics():
    return Metrics("1.2.3")


def figures(metrics):
    """The value of each series, by its name and labels."""
    lines = metrics.text().decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {series: float(value) for series, value in pairs}


def call(model="m", usage=None, cost=None, outcome="succeeded", ttft_s=0.2):
    return Call(
        role="proposer",
        seat=Seat(0, 0),
        attempt=1,
        agent=AgentSpec(endpoint="lab", model=model),
        outcome=outcome,
        text="a text of a model",
        reasoning="",
        finish_reason="stop",
        usage=usage or Usage(input_tokens=7, output_tokens=3, source="reported"),
        price=None,
        cost=cost or Cost(Decimal("0.25")),
        started_at_s=0,
        ttft_s=ttft_s,
        latency_s=2.0,
    )


def test_a_call_is_counted_with_its_tokens_money_and_times(metrics):
    metrics.call_ended(call())
    metrics.call_ended(call())
    seen = figures(metrics)
    of = 'endpoint="lab",model="m"'
    assert seen[f'polyphony_calls_total{{{of},outcome="succeeded"}}'] == 2
    assert seen[f'polyphony_tokens_total{{direction="input",{of}}}'] == 14
    assert seen[f'polyphony_tokens_total{{direction="output",{of}}}'] == 6
    assert seen[f"polyphony_cost_usd_total{{{of}}}"] == 0.5
    assert seen['polyphony_call_duration_seconds_sum{endpoint="lab"}'] == 4
    assert seen['polyphony_call_first_token_seconds_count{endpoint="lab"}'] == 2
    assert seen['polyphony_build_info{version="1.2.3"}'] == 1


def test_what_nobody_knows_has_series_of_its_own_and_is_no_zero(metrics):
    unknown = call(
        usage=UNKNOWN_USAGE, cost=UNKNOWN_COST, outcome="stopped", ttft_s=None
    )
    metrics.call_ended(unknown)
    seen = figures(metrics)
    of = 'endpoint="lab",model="m"'
    assert seen[f"polyphony_calls_tokens_unknown_total{{{of}}}"] == 1
    assert seen[f"polyphony_calls_cost_unknown_total{{{of}}}"] == 1
    told = "".join(seen)
    assert "polyphony_cost_usd_total" not in told
    assert "polyphony_tokens_total" not in told
    assert "polyphony_call_first_token_seconds_count" not in told


def test_labels_are_bounded(metrics):
    for number in range(MOST_MODELS + 50):
        metrics.call_ended(call(f"model-{number}"))
    metrics.call_ended(call("model-0"))
    counted = {
        series: value
        for series, value in figures(metrics).items()
        if series.startswith("polyphony_calls_total")
    }
    assert len(counted) == MOST_MODELS + 1
    others = 'polyphony_calls_total{endpoint="other",model="other",outcome="succeeded"}'
    assert counted[others] == 50


def test_no_text_is_told(metrics):
    metrics.call_ended(call())
    assert b"a text of a model" not in metrics.text()
