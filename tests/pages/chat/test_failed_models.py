"""A model that failed can be left out or replaced before it fails again."""

from dataclasses import replace

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from tests.model_server import ModelServer, Play
from tests.pages.app_page import ask, by_key, fill, has, press, words

pytestmark = pytest.mark.slow


def agent(name):
    return AgentSpec(endpoint="lab", model=name)


MIXTURE = MoAConfig(
    layers=(Layer((agent("up"), agent("down"))),), aggregator=agent("up")
)


@pytest.fixture
def environment(environment):
    """The app with a model that answers and one that does not."""
    with ModelServer() as server:
        server.models = {
            "data": [{"id": name} for name in ("up", "down", "gone", "other")]
        }
        for name in ("up", "other"):
            server.plays[name] = Play(pieces=[f"This is what {name} says."])
        for name in ("down", "gone"):
            server.plays[name] = Play(status=403, body={"error": "no"})
        environment.setenv("POLYPHONY_ENDPOINTS", f"lab={server.url}")
        yield environment


@pytest.fixture
def failed(page):
    """A chat in which a model has failed."""
    page.session_state["mixture"] = MIXTURE
    ask(page.run(), "Why?")
    return page


def names(page):
    return [each.model for each in page.session_state["mixture"].layers[0].proposers]


def said(page):
    return words(by_key(page, "failed-models"))


def test_a_model_that_failed_is_said_and_can_be_left_out(failed):
    assert "**down** failed" in said(failed)
    ask(failed, "And then?")
    assert "**down** failed twice" in said(failed)
    press(failed, "leave-out-failed")
    assert names(failed) == ["up"]
    assert not has(failed, "failed-models")


def test_a_model_that_failed_can_be_replaced(failed):
    press(failed, "replace-failed")
    fill(failed, "replace-by-0", "lab/other")
    assert names(failed) == ["up", "other"]
    assert not has(failed, "failed-models")
    ask(failed, "And then?")
    assert not has(failed, "failed-models")


def test_several_that_failed_take_one_line_and_are_named_behind_it(page):
    proposers = (agent("up"), agent("down"), agent("gone"))
    page.session_state["mixture"] = replace(
        MIXTURE, layers=(Layer(proposers),), fallbacks=(agent("down"),)
    )
    ask(page.run(), "Why?")
    assert "**2 models** failed last time" in said(page)
    assert "gone" not in said(page)
    press(page, "replace-failed")
    assert "**down** failed\n**gone** failed" in words(page)
    assert "lab denied access" in words(by_key(page, "why-1"))
    press(page, "leave-out-1")
    assert names(page) == ["up", "down"]
    assert "**down** failed" in said(page)
    press(page, "leave-out-failed")
    assert names(page) == ["up"]
    assert page.session_state["mixture"].fallbacks == ()
