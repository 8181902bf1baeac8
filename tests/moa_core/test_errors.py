import inspect
import re

import pytest

from moa_core import errors
from moa_core.errors import (
    ConfigError,
    MoAError,
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RateLimitedError,
    RunError,
    RunInterruptedError,
    RunStoppedError,
    TokensUsedUpError,
    ToolCallError,
    UnknownFinishError,
)
from tests.moa_core.scripted import failure

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
PROVIDER_ERRORS = [
    kind
    for kind in ALL
    if issubclass(kind, ProviderError) and kind is not ProviderError
]
FAULTS = [kind for kind in ALL if issubclass(kind, MoAError)]


def drawn():
    """``(depth, name, marked)`` of every line of the tree in the module's docstring."""
    for line in errors.__doc__.splitlines():
        if found := re.match(r"([│├└─ ]*)(\w+Error)\b *(\*?)", line):
            yield len(found[1]) // 4, found[2], bool(found[3])


def test_the_drawn_tree_is_the_tree():
    above = []
    for depth, name, _ in drawn():
        del above[depth:]
        kind = getattr(errors, name)
        assert kind.__base__.__name__ == (above[-1] if above else "Exception")
        above.append(name)
    assert {name for _, name, _ in drawn()} == {kind.__name__ for kind in FAULTS}


def test_the_drawn_stars_are_the_retryable_errors():
    starred = {name for _, name, marked in drawn() if marked}
    assert starred == {kind.__name__ for kind in PROVIDER_ERRORS if kind.retryable}


@pytest.mark.parametrize("kind", [TokensUsedUpError, ToolCallError, UnknownFinishError])
def test_what_would_end_the_same_way_is_paid_only_once(kind):
    assert kind.billable
    assert not kind.retryable


@pytest.mark.parametrize("kind", PROVIDER_ERRORS)
def test_every_failure_of_a_call_says_who_failed_and_what_to_do(kind):
    error = failure("a", kind, "It failed.", http_status=500)
    assert (error.endpoint, error.model, error.http_status) == ("lab", "a", 500)
    assert str(error) == "It failed."
    assert error.advice.endswith(".")


def test_a_rate_limit_may_say_how_long_to_wait():
    error = failure("a", RateLimitedError, "Slow down.", retry_after_s=1.5)
    assert error.retry_after_s == 1.5
    assert failure("a", RateLimitedError, "Slow down.").retry_after_s is None


def test_a_run_without_proposals_names_its_layer_from_one_and_gives_the_reason():
    reason = failure("a")
    error = NoProposalsError(1, (reason,))
    assert str(error) == "No model of layer 2 answered."
    assert error.advice == reason.advice
    assert NoProposalsError(0, ()).advice == ""


def test_a_run_without_synthesis_gives_the_last_reason():
    error = NoSynthesisError((failure("a", message="A."), failure("b", message="B.")))
    assert str(error) == "No final answer: B."
    assert NoSynthesisError(()).failures == ()


@pytest.mark.parametrize(
    "run_error", [NoSynthesisError, lambda failures: NoProposalsError(0, failures)]
)
def test_one_advice_for_several_failures_is_true_for_them_all(run_error):
    alike = (failure("a", RateLimitedError), failure("b", RateLimitedError))
    assert alike[0].advice in run_error(alike).advice
    differing = (*alike, failure("c"))
    said = run_error(differing).advice
    assert not any(each.advice in said for each in differing)
    assert "for a different reason" in said


@pytest.mark.parametrize("kind", [RunStoppedError, RunInterruptedError])
def test_a_run_that_was_cut_short_says_that_its_text_is_kept(kind):
    assert "is kept" in kind().advice
    assert isinstance(kind(), RunError)


def test_an_impossible_configuration_needs_no_endpoint_to_be_told():
    assert str(ConfigError("No.")) == "No."
