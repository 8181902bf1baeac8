"""A model that failed can be left out or replaced before it fails again."""

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from tests.model_server import ModelServer, Play
from tests.pages.app_page import ask, by_key, fill, has, press, words


def agent(name):
    return AgentSpec(endpoint="lab", model=name)


MIXTURE = MoAConfig(
    layers=(Layer((agent("up"), agent("down"))),), aggregator=agent("up")
)


@pytest.fixture
def environment(environment):
    """The app with a model that answers and one that does not."""
    with ModelServer() as server:
        server.models = {"data": [{"id": name} for name in ("up", "down", "other")]}
        for name in ("up", "other"):
            server.plays[name] = Play(pieces=[f"This is what {name} says."])
        server.plays["down"] = Play(status=403, body={"error": "no"})
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


def test_a_model_that_failed_is_said_and_can_be_left_out(failed):
    assert "**down** failed" in words(by_key(failed, "failed-0"))
    ask(failed, "And then?")
    assert "**down** failed twice" in words(by_key(failed, "failed-0"))
    assert not has(failed, "failed-1")
    press(failed, "leave-out-0")
    assert names(failed) == ["up"]
    assert not has(failed, "failed-0")


def test_a_model_that_failed_can_be_replaced(failed):
    failed.session_state["replace-failed-0"] = True
    failed.run()
    fill(failed, "replace-by-0", "lab/other")
    assert names(failed) == ["up", "other"]
    assert not has(failed, "failed-0")
    ask(failed, "And then?")
    assert not has(failed, "failed-0")
