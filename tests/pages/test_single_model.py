"""A model without a mixture is asked, drawn and edited like any mixture."""

from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import mixture_from_refs
from pages.widgets.formatting import figures
from tests.pages.app_page import ask, button, last_run, words

ALONE = encode_mixture(mixture_from_refs(aggregator="simulated/synthesist"))


def test_one_model_answers_alone_and_the_page_says_so(app, open_link):
    page = open_link(ALONE)
    assert "Next answer: synthesist · 1 call" in words(page)
    page = ask(page, "Why is the sky blue?")
    state = last_run(app, page)
    assert state.status == "succeeded"
    assert len(state.calls) == 1
    assert figures.answered(state) == "one model alone"
    assert "**Layer 1**" not in words(page)


def test_a_model_alone_becomes_a_mixture_with_one_click(app, open_link):
    page = open_link(ALONE)
    button(page, "Add layer").click().run()
    assert not page.exception
    page = ask(page, "Why?")
    assert [len(each.proposers) for each in last_run(app, page).config.layers] == [1]


def test_a_model_alone_can_be_opened_in_the_editor(open_link):
    editor = open_link(ALONE).switch_page("presets.py").run()
    assert not editor.exception
    button(editor, "Add layer").click().run()
    assert "**Layer 1**" in words(editor)
