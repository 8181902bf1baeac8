import json
import time

import pytest

import services
from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from moa_core.plan import rework_plan
from moa_core.review.timeline import timeline
from pages.widgets.run.timeline_view import findings
from storage.schema import CallRow
from tests.pages.app_page import ask, by_key, fitting, has, open_uid, words

pytestmark = pytest.mark.slow


def drawn(page):
    """The drawings: all HTML but the style and script of the frame."""
    bodies = [each.proto.body for each in page.get("html")]
    frame = ("<style>", "<script")
    return "".join(body for body in bodies if not body.startswith(frame))


def prompts(page):
    """What a model was sent, message by message."""
    return [json.loads(each.proto.json)["code"] for each in fitting(page, "*-sent-?-*")]


def last_run(app, page):
    return app.conversations.load(open_uid(page)).turns[-1].run


def wait_for(app, begun):
    while app.live.get(begun.run_uid):
        time.sleep(0.01)


def look_at(page, run, view):
    page.session_state[f"{run.uid}-calls"] = True
    page.session_state[f"{run.uid}-look-at"] = view
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def run(app, page):
    return last_run(app, ask(page, "Why is the sea salty?"))


def test_nothing_is_drawn_until_it_is_opened(page, run):
    assert drawn(page) == ""
    assert not by_key(page, f"{run.uid}-calls").markdown


def test_it_opens_to_every_call(page, run):
    look_at(page, run, "Calls")
    [table] = by_key(page, f"{run.uid}-calls").markdown
    assert len(table.value.splitlines()) == 2 + len(run.state.calls)


def test_what_was_cached_has_a_column_once_somebody_said_it(app, page, run):
    with app.database.writing() as session:
        first, *_ = session.query(CallRow).order_by(CallRow.id)
        first.cached_input_tokens = first.input_tokens // 2
    look_at(page, run, "Calls")
    [table] = by_key(page, f"{run.uid}-calls").markdown
    head, _, *rows = (line.split(" | ") for line in table.value.splitlines())
    shares = [row[head.index("Cached")] for row in rows]
    assert [each.endswith("%") for each in shares] == [True] + [False] * (len(rows) - 1)
    assert set(shares[1:]) == {"unknown"}


def test_what_to_know_about_a_call_stands_with_all_calls(app, page, run):
    with app.database.writing() as session:
        for row in session.query(CallRow).order_by(CallRow.id):
            row.notes = [f"Sent *{row.id}* without temperature.", "And more. " * 12]
    look_at(page, run, "Calls")
    noted = [each.value for each in page.caption if "without temperature" in each.value]
    assert r"Sent \*1\* without temperature\." in noted[-1]
    assert all(place in noted[-1] for place in ("Layer 1, explainer", "Answer, synth"))
    assert not any("…" in each for each in noted)  # here is where they are read


def test_the_timeline_has_a_bar_for_every_call(page, run):
    look_at(page, run, "Timeline")
    html = drawn(page)
    assert all(name in html for name in ("explainer", "sceptic", "synthesist"))
    shown = words(by_key(page, f"{run.uid}-calls"))
    assert all(each in shown for each in findings(timeline(run.state)))
    assert shown.count("|\n") > len(run.state.calls)


def test_the_layers_are_drawn_with_what_each_took(page, run):
    look_at(page, run, "Layers")
    html = drawn(page)
    assert "3 of 3 read" in html
    assert "2 of 2 read" in html
    assert html.count("$0") >= 6


def test_every_model_shows_what_it_was_sent_word_for_word(page, run):
    look_at(page, run, "Prompts")
    assert has(page, f"{run.uid}-proven")
    sent = prompts(page)
    assert sent[0] == "Why is the sea salty?"
    assert run.state.layers[1].seats[0].text in sent[-1]
    by_key(page, f"{run.uid}-sent-to").select_index(0).run()
    assert prompts(page) == ["Why is the sea salty?"]


def test_an_older_call_without_a_hash_says_that_nothing_proves_it(app, page, run):
    with app.database.writing() as session:
        session.query(CallRow).update({"prompt_sha256": None})
    look_at(page, run, "Prompts")
    assert has(page, f"{run.uid}-rebuilt")
    with app.database.writing() as session:
        session.query(CallRow).update({"prompt_sha256": "0" * 64})
    page.run()
    assert has(page, f"{run.uid}-differs")


def test_a_kept_proposal_is_shown_as_kept_and_asked_by_another_run(app, page, run):
    plan = rework_plan.resynthesise(run.state, included=[Seat(1, 0)])
    begun = app.asking().start_rework(run.uid, plan)
    wait_for(app, begun)
    page.run()
    rework = last_run(app, page)
    look_at(page, rework, "Timeline")
    assert drawn(page).count("kept") >= len(rework.state.layers[0].seats)
    look_at(page, rework, "Layers")
    assert "dashed" in drawn(page)
    assert "1 of 2 read, 1 left out" in drawn(page)
    look_at(page, rework, "Prompts")
    assert len(by_key(page, f"{rework.uid}-sent-to").options) == 1


def test_one_model_alone_has_its_anatomy_too(app, open_page):
    config = MoAConfig(layers=(), aggregator=AgentSpec.from_ref("simulated/essayist"))
    begun = app.asking().start_question(Question("Alone?"), config)
    wait_for(app, begun)
    page = open_page(begun.conversation_uid)
    run = last_run(app, page)
    for view in ("Calls", "Timeline", "Layers", "Prompts"):
        look_at(page, run, view)
    assert prompts(page) == ["Alone?"]


def test_names_from_outside_are_words_in_every_drawing(app, open_page):
    evil = AgentSpec(endpoint="none", model='<img src=x onerror="a()">\u202e"\'')
    config = MoAConfig(
        layers=(Layer((evil, AgentSpec.from_ref("simulated/sceptic"))),),
        aggregator=AgentSpec.from_ref("simulated/synthesist"),
    )
    begun = app.asking().start_question(Question("Who?"), config)
    wait_for(app, begun)
    page = open_page(begun.conversation_uid)
    run = last_run(app, page)
    for view in ("Timeline", "Layers"):
        look_at(page, run, view)
        assert "&lt;img src=x onerror=&quot;a()&quot;&gt;" in drawn(page)
        assert "<img" not in drawn(page)
        assert "\u202e" not in drawn(page)


def test_calls_that_queued_are_stored_from_when_they_began(environment):
    environment.setenv("POLYPHONY_CONCURRENT_CALLS", "1")
    environment.setenv("POLYPHONY_SIMULATED_PACE", "0.05")
    agents = [
        AgentSpec.from_ref("simulated/sceptic"),
        AgentSpec.from_ref("simulated/explainer"),
    ]
    config = MoAConfig(layers=(Layer(tuple(agents)),), aggregator=agents[0])
    app = services.services()
    try:
        begun = app.asking().start_question(Question("Who?"), config)
        wait_for(app, begun)
        stored = app.conversations.load(begun.conversation_uid).turns[-1].run
        first, second = (seat.call for seat in stored.state.layers[0].seats)
        assert first.attempt == second.attempt == 1
        assert second.started_at_s >= first.started_at_s + first.latency_s - 0.002
    finally:
        services.close_services()
