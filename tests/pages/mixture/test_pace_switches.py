"""Switches of a mixture's pace change the mixture that is asked, and nothing else."""

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.mixture import FastStart, Hedging, Pace, Quorum
from tests.moa_core.scripted import mixture
from tests.pages.app_page import by_key, has

pytestmark = pytest.mark.slow


def draw():
    from pages.widgets.mixture.pace.fast_start import fast_start_mode
    from pages.widgets.mixture.pace.waiting import hedging_mode, quorum_mode
    from pages.widgets.mixture.state import draft_mixture

    quorum_mode(draft_mixture())
    hedging_mode(draft_mixture())
    fast_start_mode(draft_mixture())


class Switches:
    """The section alone, of one mixture."""

    def __init__(self, pace, **more):
        self.page = AppTest.from_function(draw, default_timeout=20)
        self.page.session_state["mixture"] = mixture(["a"] * 4, pace=pace, **more)
        self.page.run()

    def set(self, key, value):
        by_key(self.page, f"mixture-{key}-[0-9]*").set_value(value).run()
        assert not self.page.exception
        return self

    @property
    def pace(self):
        return self.page.session_state["mixture"].pace


def test_quorum_and_hedging_are_switched_on_changed_and_off():
    switches = Switches(Pace())
    switches.set("quorum", True).set("hedging", True)
    assert switches.pace == Pace(quorum=Quorum(), hedging=Hedging())
    switches.set("quorum-share", 3 / 4).set("quorum-ceiling", 0.25)
    switches.set("hedging-proposers", True)
    changed = Pace(
        quorum=Quorum(share=3 / 4, ceiling=0.25), hedging=Hedging(proposers=True)
    )
    assert switches.pace == changed
    switches.set("hedging", False)
    assert switches.pace == Pace(quorum=changed.quorum)
    switches.set("quorum", False)
    assert switches.pace == Pace()


def test_figures_from_a_file_are_kept_and_offered():
    own = Pace(quorum=Quorum(share=0.9, floor=0.2, ceiling=3.0, by_progress=False))
    switches = Switches(own).set("hedging", True)
    assert switches.pace.quorum == own.quorum
    switches.set("quorum-ceiling", 0.25)
    assert switches.pace.quorum == Quorum(
        share=0.9, floor=0.2, ceiling=0.25, by_progress=False
    )


def test_a_fast_start_is_switched_on_changed_and_off():
    switches = Switches(Pace()).set("fast-start", True)
    assert switches.pace == Pace(fast_start=FastStart())
    switches.set("fast-start-way", "provisional")
    assert switches.pace == Pace(fast_start=FastStart(way="provisional"))
    assert switches.set("fast-start", False).pace == Pace()


def test_where_a_fast_start_changes_nothing_that_is_said():
    switches = Switches(Pace(fast_start=FastStart()), method="rank")
    assert not has(switches.page, "mixture-fast-start-way-[0-9]*")
    assert switches.set("fast-start", False).pace == Pace()
