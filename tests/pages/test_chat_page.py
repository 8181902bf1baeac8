import pytest

from moa_core.mixture import edits
from moa_core.mixture.config import MAX_LAYERS, AgentSpec, Seat
from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import DEFAULT_PRESET, PRESETS
from storage.errors import DiskFullError
from tests.pages.app_page import ask, button, last_run, open_uid, words


def test_a_first_visit_says_what_this_is_and_how_to_connect_models(page):
    assert not page.exception
    assert "Ask several models at once" in words(page)
    assert "simulated" in words(page)
    assert page.chat_input[0].disabled is False


def test_a_question_gets_layers_and_a_synthesis(page):
    ask(page, "Why is the sky blue?")
    said = words(page)
    assert "Why is the sky blue?" in said
    assert "3 of 3 answered" in said
    assert "2 of 2 answered" in said
    assert "Simulated answer by “synthesist”" in said


def test_an_example_is_asked_by_one_click(page):
    button(page, "Why is the sky blue, and why are sunsets red?").click().run()
    assert not page.exception
    assert "sunsets" in words(page)
    assert "3 of 3 answered" in words(page)


def test_a_reload_shows_the_conversation_again(page, open_page):
    ask(page, "Why is the sky blue?")
    again = open_page(open_uid(page))
    assert not again.exception
    assert "Simulated answer by “synthesist”" in words(again)


def test_a_full_disk_is_said_above_the_input_until_there_is_room(
    app, page, monkeypatch
):
    full = DiskFullError("/data/polyphony.db")
    monkeypatch.setattr(type(app.live), "trouble", full)
    ask(page, "Why is the sky blue?")
    [said] = [each.value.replace("\\", "") for each in page.warning]
    assert "The disk that holds /data/polyphony.db is full." in said
    assert "what could not be saved is kept and saved then" in said
    monkeypatch.undo()
    assert not page.run().warning


def test_a_follow_up_goes_on_in_the_same_conversation(app, page):
    ask(page, "Why is the sky blue?")
    first = open_uid(page)
    ask(page, "And why are sunsets red?")
    assert open_uid(page) == first
    questions = [turn.question.text for turn in app.conversations.load(first).turns]
    assert questions == ["Why is the sky blue?", "And why are sunsets red?"]


def test_layers_fold_when_the_answer_has_come_and_open_by_a_click(page):
    ask(page, "Why is the sky blue?")
    assert "explainer" not in words(page)
    button(page, "**Layer 1**").click().run()
    assert "explainer" in words(page)
    assert "Simulated answer by “explainer”" in words(page)


def test_one_column_can_be_maximised_and_put_back(page):
    ask(page, "Why is the sky blue?")
    button(page, "**Layer 1**").click().run()
    button(page, ":material/open_in_full:").click().run()
    assert "explainer" in words(page)
    assert "**sceptic**" not in words(page)
    button(page, ":material/close_fullscreen:").click().run()
    assert "**sceptic**" in words(page)


def test_the_line_below_an_answer_opens_to_every_call(page):
    ask(page, "Why is the sky blue?")
    summary = next(e for e in page.expander if "5 of 5 answered" in e.label)
    assert "tokens" in summary.label
    assert "$0" in summary.label


def test_a_new_chat_is_empty_and_the_old_one_stays_in_the_list(page):
    ask(page, "Why is the sky blue?")
    button(page, "New chat").click().run()
    assert "Ask several models at once" in words(page)
    button(page, "Why is the sky blue?").click().run()
    assert "Simulated answer by “synthesist”" in words(page)


def test_a_conversation_that_is_gone_is_said_in_words(open_page):
    page = open_page("0123456789abcdef")
    assert not page.exception
    assert "That chat is not here" in words(page)


def test_a_change_of_mixture_applies_to_the_next_turn_only(app, page):
    ask(page, "Why is the sky blue?")
    before = last_run(app, page)
    page.multiselect[0].set_value(["simulated/brief"]).run()
    assert "Simulated answer by “synthesist”" in words(page)
    ask(page, "And at night?")
    after = last_run(app, page)
    assert len(before.config.layers[0].proposers) == 3
    assert [a.model for a in after.config.layers[0].proposers] == ["brief"]


def test_one_model_may_take_several_seats(app, page):
    page.multiselect[0].set_value(["simulated/brief"]).run()
    page.multiselect[0].set_value(["simulated/brief", "simulated/brief×2"]).run()
    ask(page, "Why?")
    models = [a.model for a in last_run(app, page).config.layers[0].proposers]
    assert models == ["brief", "brief"]


def test_layers_are_added_and_removed(app, page):
    button(page, "Add layer").click().run()
    assert len(page.multiselect) == 4  # three layers and the fallbacks
    button(page, "Remove layer").click().run()
    button(page, "Remove layer").click().run()
    assert button(page, "Remove layer").disabled
    ask(page, "Why?")
    assert len(last_run(app, page).config.layers) == 1


def test_no_more_layers_than_a_mixture_may_have(page):
    for _ in range(MAX_LAYERS - 2):
        button(page, "Add layer").click().run()
    assert button(page, "Add layer").disabled


def test_a_layer_without_models_is_undone_and_explained(page):
    page.multiselect[0].set_value([]).run()
    assert not page.exception
    assert "The change was undone" in words(page)
    assert len(page.multiselect[0].value) == 3


def test_aggregator_fallback_temperature_and_length_reach_the_run(app, page):
    page.selectbox[1].set_value("simulated/brief").run()
    page.multiselect[2].set_value(["simulated/synthesist"]).run()
    page.slider[0].set_value(0.2).run()
    page.select_slider[0].set_value(512).run()
    ask(page, "Why?")
    config = last_run(app, page).config
    assert config.aggregator.model == "brief"
    assert [agent.model for agent in config.fallbacks] == ["synthesist"]
    agents = [a for layer in config.layers for a in layer.proposers]
    assert {a.temperature for a in (*agents, *config.aggregators)} == {0.2}
    assert {a.max_tokens for a in (*agents, *config.aggregators)} == {512}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_can_be_chosen(page, preset):
    page.selectbox[0].set_value(f"shipped:{preset.name}").run()
    assert not page.exception
    assert page.selectbox[0].value == f"shipped:{preset.name}"
    assert preset.description in words(page)


def test_a_changed_preset_is_ones_own_and_can_be_taken_back(page):
    page.multiselect[0].set_value(["simulated/brief"]).run()
    assert page.selectbox[0].value == "Your own"
    page.selectbox[0].set_value(f"shipped:{DEFAULT_PRESET.name}").run()
    assert len(page.multiselect[0].value) == 3


def test_a_reopened_conversation_goes_on_with_its_mixture(page, open_page):
    page.multiselect[0].set_value(["simulated/brief"]).run()
    ask(page, "Why?")
    again = open_page(open_uid(page))
    assert again.multiselect[0].value == ["simulated/brief"]


def test_a_model_without_a_key_fails_in_its_column_in_plain_words(page):
    page.selectbox[0].set_value(
        next(f"shipped:{p.name}" for p in PRESETS if "openai" in p.config.endpoints)
    ).run()
    ask(page, "Why?")
    said = words(page)
    assert "No model of layer 1 answered" in said
    assert "OPENAI_API_KEY" in said


@pytest.fixture
def openai(environment, model_server):
    """A server in the place of OpenAI's: with a key, it is asked for its models."""
    environment.setenv("OPENAI_BASE_URL", model_server.url)


def test_a_key_entered_on_the_page_is_not_kept_anywhere(openai, page, tmp_path):
    field = next(f for f in page.text_input if "OpenAI" in f.label)
    field.set_value("sk-secret-of-this-tab").run()
    assert not page.exception
    ask(page, "Why?")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"sk-secret-of-this-tab" not in kept
    assert "sk-secret-of-this-tab" not in words(page)


def test_untrusted_questions_and_titles_stay_text(page):
    question = "![x](http://127.0.0.1:9/pixel.png) <script>alert(1)</script>"
    ask(page, question)
    assert question in [each.value for each in page.text]
    rendered = (page.markdown, page.caption, page.title)
    drawn = "".join(each.value for kind in rendered for each in kind)
    assert "![x](http" not in drawn.replace("\\", "")


def test_a_question_is_shown_and_asked_as_it_was_typed(app, page):
    typed = "    # no *heading*\n\t~5 $x$ :smile:\n\n\nend"
    page.chat_input[0].set_value(f"\n{typed}\n ").run()
    shown = [each.value.removeprefix("\u2060") for each in page.text]
    assert typed in shown
    turn = app.conversations.load(open_uid(page)).turns[-1]
    assert turn.question.text == typed


def test_every_turn_shows_what_ran_and_can_be_used_again(app, page):
    page.multiselect[0].set_value(["simulated/brief"]).run()
    ask(page, "Why?")
    page.selectbox[0].set_value(f"shipped:{DEFAULT_PRESET.name}").run()
    run = app.conversations.load(open_uid(page)).turns[-1].run
    page.session_state[f"{run.uid}-calls"] = True
    page.run()
    assert "brief → analyst, thinker → synthesist" in words(page)
    button(page, "Use this mixture again").click().run()
    assert page.multiselect[0].value == ["simulated/brief"]


def test_a_link_opens_the_chat_with_its_mixture(open_link):
    config = edits.with_layer_twice(DEFAULT_PRESET.config, 0)
    page = open_link(encode_mixture(config))
    assert not page.exception
    assert len(page.multiselect) == 4
    assert "preset" not in page.query_params


def test_a_broken_link_is_said_and_changes_nothing(open_link):
    page = open_link("m1.nonsense")
    assert not page.exception
    assert "link" in page.error[0].value
    assert page.selectbox[0].value == f"shipped:{DEFAULT_PRESET.name}"


def test_the_next_turn_is_priced_before_it_is_asked_and_as_one_types(page):
    page.selectbox[0].set_value("shipped:openai").run()
    line = next(c.value for c in page.caption if "Next answer" in c.value)
    assert "calls" in line
    assert "tokens" in line
    assert " to " in line
    page.text_input(key="question to price").set_value("Write a long essay.").run()
    priced = next(m.value for m in page.markdown if " calls " in m.value)
    assert priced not in line


def test_a_model_of_unknown_price_makes_the_estimate_unknown_not_zero(app, page):
    unknown = edits.with_agent(
        DEFAULT_PRESET.config,
        Seat(0, 0),
        AgentSpec(endpoint="lab", model="nobody-knows"),
    )
    page.session_state["mixture"] = unknown
    page.run()
    line = next(c.value for c in page.caption if "Next answer" in c.value)
    assert "unknown" in line
