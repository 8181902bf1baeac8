import re

from hypothesis import given

from moa_core.errors import BrokenStreamError, DeadlineError, RunStoppedError
from moa_core.review.timeline import timeline
from pages.widgets.run.layers_drawing import layers_html as layers
from pages.widgets.run.timeline_view import findings, timeline_html, timeline_table
from tests.moa_core.generated_runs import runs, state_after
from tests.moa_core.scripted import failure, mixture
from tests.moa_core.timed_runs import call, ended, plain_run
from tests.profiles import examples

PLACES = re.compile(r"left:([\d.]+)%;width:([\d.]+)%")


def places(html):
    return [(float(left), float(width)) for left, width in PLACES.findall(html)]


def retried_run():
    silent = failure("x", DeadlineError, "x sent nothing for 2 seconds.")
    return ended(
        mixture(["a", "b"]),
        [
            call((0, 0), 0.0, 2.0, outcome="failed", error=silent, first_s=1.0),
            call((0, 0), 2.5, 1.5, attempt=2, first_s=0.5),
            call((0, 1), 0.0, 1.0, first_s=0.5),
            call((1, 0), 4.0, 4.0, role="aggregator", first_s=1.0),
        ],
        8.0,
    )


def test_bars_stand_where_their_calls_were():
    html = timeline_html(timeline(retried_run()))
    assert places(html)[:4] == [(0, 25), (25, 6.25), (31.25, 6.25), (37.5, 12.5)]
    assert 'title="stalled: 2.0 s"' in html
    assert 'title="waiting to retry: 0.5 s"' in html
    assert 'title="writing: 1.0 s"' in html


def test_a_seat_says_how_it_went():
    html = timeline_html(timeline(retried_run()))
    assert "4.0 s · $0 · 2 tries · stalled" in html
    broke = failure("x", BrokenStreamError)
    lost = call((0, 1), 0.0, 1.0, outcome="failed", error=broke)
    stopped = call((0, 0), 0.0, 2.0, outcome="stopped", first_s=0.5)
    run = ended(mixture(["a", "b"]), [stopped, lost], 2.0, RunStoppedError())
    html = timeline_html(timeline(run))
    assert "2.0 s · $0 · stopped" in html
    assert "1.0 s · $0 · failed" in html


def test_what_would_have_helped_is_said_in_sentences():
    said = findings(timeline(retried_run()))
    assert said[0] == (
        "Of **8.0 s** on the critical path: 1.5 s waiting for first tokens, 4.0 s "
        "writing, 2.5 s lost to failed attempts and the pauses after them."
    )
    assert said[1] == (
        "Without **x** in layer 1, or with it as fast as x: **3.0 s sooner**, all "
        "else equal.".replace("**x**", "**a**").replace("as x", "as b")
    )
    assert said[2] == "One proposer was ready 3.0 s before the slowest of the layer."


def test_the_table_has_the_exact_figures_of_every_call():
    head, _, *rows = timeline_table(timeline(plain_run())).splitlines()
    assert head.startswith("| Layer | Model | Try |")
    assert len(rows) == 5
    assert "0.00 s | 1.00 s | 5.00 s | $0".replace("$", "\\$") in rows[1]
    assert rows[1].endswith("| −3.00 s |")
    assert rows[0].endswith("| the same |")
    assert rows[4].startswith("| Answer |")


@given(runs)
@examples(0.3)
def test_every_run_can_be_drawn_and_nothing_leaves_its_track(made):
    state = state_after(made)
    line = timeline(state)
    assert layers(state)
    if line.timed:
        assert findings(line)
        assert timeline_table(line)
        for left, width in places(timeline_html(line)):
            assert left >= 0
            assert width > 0
            assert left + width <= 100.02
