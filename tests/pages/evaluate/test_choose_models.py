"""Models are chosen by what is known of them, and what is not known is said."""

import pytest

from moa_core.mixture import Layer, MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from tests.pages.app_page import by_key, has, press, words
from tests.support.compared_models import compare_models

pytestmark = pytest.mark.slow

MIXTURE = MoAConfig(
    layers=(Layer(DEFAULT_PRESET.config.layers[0].proposers),),
    aggregator=DEFAULT_PRESET.config.aggregator,
)


@pytest.fixture
def opened(open_evaluate):
    """Opens the view as a browser tab would."""
    return lambda: open_evaluate(view="models")


def test_without_a_history_it_says_how_to_measure_models(opened):
    page = opened()
    assert has(page, "nothing-known-of-models")
    press(page, "measure-models")
    ticked = [box for box in "ACDMPWE" if by_key(page, f"experiment-arm-{box}").value]
    assert ticked == ["P", "W", "E"]


def test_with_little_it_says_how_much_is_missing(app, opened):
    compare_models(app.database, MIXTURE, 4)
    page = opened()
    assert "explainer" in words(by_key(page, "models-compared"))
    assert has(page, "no-suggestion")
    assert "26 more comparisons" in words(by_key(page, "models-missing"))
    assert not has(page, "suggestion")


def test_a_suggestion_becomes_a_preset_and_an_experiment(app, opened):
    compare_models(app.database, MIXTURE, 40, best="W2")
    page = opened()
    suggestion = words(by_key(page, "suggestion"))
    assert "Aggregator **sceptic**: as aggregator wins" in suggestion
    press(page, "save-suggestion")
    [preset] = app.presets.all()
    made = preset.preset.config
    assert made.aggregator.model == "sceptic"
    assert len(made.layers[0].proposers) == 3
    assert not has(page, "save-suggestion")
    press(page, "test-suggestion")
    assert len(app.presets.all()) == 1
    assert by_key(page, "experiment-mixture").value == f"own:{preset.uid}"
    assert by_key(page, "experiment-other").value != f"own:{preset.uid}"
    assert by_key(page, "experiment-arm-M").value
    assert not by_key(page, "experiment-arm-A").value


def test_the_source_and_the_size_can_be_chosen(app, opened):
    compare_models(app.database, MIXTURE, 40)
    compare_models(app.database, DEFAULT_PRESET.config, 3, arms=("A", "B", "P1"))
    page = opened()
    by_key(page, "suggested-size-4").set_value(2).run()
    assert "explainer" in words(by_key(page, "suggestion"))
    by_key(page, "models-source").set_value(1).run()
    assert has(page, "no-suggestion")


def test_a_model_far_better_than_all_others_makes_no_set(app, opened):
    compare_models(app.database, MIXTURE, 40, best="P1")
    page = opened()
    assert "explainer" in words(by_key(page, "no-suggestion"))
    assert not has(page, "suggestion")
