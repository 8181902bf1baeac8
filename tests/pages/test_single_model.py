"""A model without a mixture is asked, drawn and edited like any mixture."""

from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import mixture_from_refs
from tests.pages.app_page import ask, by_key, has, last_run, open_sheet, press, words

ALONE = encode_mixture(mixture_from_refs(aggregator="simulated/synthesist"))


def test_one_model_answers_alone_and_the_page_says_so(app, open_link):
    page = open_link(ALONE)
    assert "\nsynthesist · " in words(by_key(page, "next-turn"))
    page = ask(page, "Why is the sea salty?")
    state = last_run(app, page)
    assert state.status == "succeeded"
    assert len(state.calls) == 1


def test_a_model_alone_becomes_a_mixture_with_one_click(app, open_link):
    page = open_link(ALONE)
    press(open_sheet(page), "add-layer")
    page = ask(page, "Why?")
    assert [len(each.proposers) for each in last_run(app, page).config.layers] == [1]


def test_a_model_alone_can_be_opened_in_the_editor(open_link):
    editor = open_link(ALONE).switch_page("presets.py").run()
    assert not editor.exception
    press(editor, "add-layer")
    assert has(editor, "layer-0")
