import pytest

from moa_core.usage import Usage
from pages.widgets.formatting.figures import speed
from tests.moa_core.timed_runs import call


@pytest.mark.parametrize(
    ("tokens", "took_s", "said"),
    [
        (120, 3.0, "60 tokens/s"),
        (7, 202.0, "<1 token/s"),  # a slow local model: not 0
        (0, 3.0, None),
        (120, 1.0, None),  # all came at once
    ],
)
def test_a_slow_model_is_not_said_to_write_nothing(tokens, took_s, said):
    usage = Usage(input_tokens=5, output_tokens=tokens, source="reported")
    assert speed(call((0, 0), 0.0, took_s, first_s=1.0, usage=usage)) == said
