from moa_core.mixture import edits
from moa_core.mixture.config import AgentSpec, Seat
from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import DEFAULT_PRESET, PRESETS
from pages.widgets.markdown import plain_label
from storage.errors import DiskFullError
from storage.history import Filters
from tests.pages.app_page import (
    answered,
    ask,
    by_key,
    has,
    last_run,
    listed_chats,
    open_listed,
    open_uid,
    pick_for_chat,
    press,
    questions,
    run_data,
    runs_shown,
    signed,
    words,
)

BRIEF = edits.with_agents(
    DEFAULT_PRESET.config, 0, [AgentSpec(endpoint="simulated", model="brief")]
)
"""The default preset with one model in layer 1."""


def choose(page, config):
    """Make ``config`` the mixture that answers next."""
    page.session_state["mixture"] = config
    return page.run()


def preset(name):
    return next(each.config for each in PRESETS if each.name == name)


def test_a_first_visit_says_what_this_is_and_how_to_connect_models(page):
    assert not page.exception
    assert has(page, "welcome")
    assert has(page, "not-connected")
    assert by_key(page, "question-*").disabled is False


def test_a_question_gets_layers_and_a_synthesis_and_a_line_that_sums_them_up(app, page):
    ask(page, "Why is the sea salty?")
    assert questions(page) == ["Why is the sea salty?"]
    run = app.conversations.load(open_uid(page)).turns[-1].run
    assert [layer.answered for layer in run.state.layers] == [3, 2]
    assert signed("synthesist") in run.state.synthesis.text
    data = run_data(page)
    assert (data["run"], data["live"], data["last"]) == (run.uid, False, True)
    assert by_key(page, "*-calls").type == "expander"


def test_an_example_is_asked_by_one_click(app, page):
    answered(press(page, "example-0"))
    assert "sunsets" in questions(page)[0]
    assert last_run(app, page).layers[0].answered == 3


def test_a_reload_shows_the_conversation_again(page, open_page):
    ask(page, "Why is the sea salty?")
    again = open_page(open_uid(page))
    assert not again.exception
    assert runs_shown(again) == runs_shown(page)


def test_a_full_disk_is_said_above_the_input_until_there_is_room(
    app, page, monkeypatch
):
    full = DiskFullError("/data/polyphony.db")
    monkeypatch.setattr(type(app.live), "trouble", full)
    ask(page, "Why is the sea salty?")
    [said] = [each.value.replace("\\", "") for each in page.warning]
    assert "The disk that holds /data/polyphony.db is full." in said
    assert "unsaved data is kept and saved then" in said
    monkeypatch.undo()
    assert not page.run().warning


def test_a_follow_up_goes_on_in_the_same_conversation(app, page):
    ask(page, "Why is the sea salty?")
    first = open_uid(page)
    ask(page, "And why are sunsets red?")
    assert open_uid(page) == first
    questions = [turn.question.text for turn in app.conversations.load(first).turns]
    assert questions == ["Why is the sea salty?", "And why are sunsets red?"]


def test_a_new_chat_is_empty_and_the_old_one_stays_in_the_list(page):
    ask(page, "Why is the sea salty?")
    uid, shown = open_uid(page), runs_shown(page)
    press(page, "new-chat")
    assert has(page, "welcome")
    open_listed(page, uid)
    assert runs_shown(page) == shown


def test_the_list_tells_of_each_chat_and_does_what_its_menu_says(app, page):
    page = ask(page.run(), "Why is the sea salty?")
    uid = open_uid(page)
    [chat] = listed_chats(page).values()
    assert (chat["title"], chat["running"]) == ("Why is the sea salty?", False)
    assert listed_chats(pick_for_chat(page, "Pin")).keys() == {uid}
    assert [each.uid for each in app.history.pinned(Filters())] == [uid]
    assert listed_chats(pick_for_chat(page, "Delete")) == {}
    assert not app.history.newest()


def test_what_a_browser_cannot_ask_of_the_list_changes_nothing(app, page):
    page = ask(page.run(), "Why is the sea salty?")
    uid = open_uid(page)
    for entry in ("Unarchive ", "", None, []):
        pick_for_chat(page, entry)
    open_listed(page, "0123456789abcdef")
    pick_for_chat(page, "Delete", "0123456789abcdef")
    assert open_uid(page) == uid
    assert listed_chats(page).keys() == {uid}


def test_a_conversation_that_is_gone_is_said_in_words(open_page):
    page = open_page("0123456789abcdef")
    assert not page.exception
    assert has(page, "chat-missing")


def test_a_change_of_mixture_applies_to_the_next_turn_only(app, page):
    ask(page, "Why is the sea salty?")
    before, shown = last_run(app, page), runs_shown(page)
    choose(page, BRIEF)
    assert runs_shown(page) == shown
    ask(page, "And at night?")
    after = last_run(app, page)
    assert len(before.config.layers[0].proposers) == 3
    assert [a.model for a in after.config.layers[0].proposers] == ["brief"]


def test_a_reopened_conversation_goes_on_with_its_mixture(page, open_page):
    choose(page, BRIEF)
    ask(page, "Why?")
    again = open_page(open_uid(page))
    assert again.session_state["mixture"] == BRIEF


def test_a_model_without_a_key_fails_in_plain_words(app, page):
    choose(page, preset("openai"))
    ask(page, "Why?")
    error = last_run(app, page).error
    assert "No model of layer 1 answered" in str(error)
    assert "OPENAI_API_KEY" in f"{error.advice} {error.failures}"


def test_untrusted_questions_and_titles_stay_text(page):
    question = "![x](http://127.0.0.1:9/pixel.png) <script>alert(1)</script>"
    ask(page, question)
    assert questions(page) == [question]
    said = "".join(
        each.value for kind in (page.markdown, page.caption) for each in kind
    )
    assert "![x](http" not in said.replace("\\", "")
    assert [each.value for each in page.title] == [plain_label(question, 120)]


def test_a_question_is_shown_and_asked_as_it_was_typed(app, page):
    typed = "    # no *heading*\n\t~5 $x$ :smile:\n\n\nend"
    ask(page, f"\n{typed}\n ")
    assert questions(page) == [typed]
    turn = app.conversations.load(open_uid(page)).turns[-1]
    assert turn.question.text == typed


def test_every_turn_shows_what_ran_and_can_be_used_again(app, page):
    choose(page, BRIEF)
    ask(page, "Why?")
    choose(page, DEFAULT_PRESET.config)
    run = app.conversations.load(open_uid(page)).turns[-1].run
    page.session_state[f"{run.uid}-calls"] = True
    page.run()
    assert "brief → analyst, thinker → synthesist" in words(page)
    press(page, f"{run.uid}-again")
    assert page.session_state["mixture"] == BRIEF


def test_a_link_opens_the_chat_with_its_mixture(open_link):
    config = edits.with_layer_twice(DEFAULT_PRESET.config, 0)
    page = open_link(encode_mixture(config))
    assert not page.exception
    assert page.session_state["mixture"] == config
    assert "preset" not in page.query_params


def test_a_broken_link_is_said_and_changes_nothing(open_link):
    page = open_link("m1.nonsense")
    assert not page.exception
    assert "link" in words(by_key(page, "problem"))
    assert page.session_state["mixture"] == DEFAULT_PRESET.config


def test_the_next_turn_is_priced_before_it_is_asked(page):
    choose(page, preset("openai"))
    [line] = by_key(page, "next-turn").caption
    assert " to " in line.value
    assert "calls" in line.help
    assert "tokens" in line.help


def test_a_model_of_unknown_price_makes_the_estimate_unknown_not_zero(app, page):
    unknown = edits.with_agent(
        DEFAULT_PRESET.config,
        Seat(0, 0),
        AgentSpec(endpoint="lab", model="nobody-knows"),
    )
    choose(page, unknown)
    assert "unknown" in words(by_key(page, "next-turn"))
