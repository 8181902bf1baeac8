"""Files go with a question: read, shown, kept, and refused in words."""

import pytest

from moa_core.attachments import MOST_FILES
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.providers import KnownSight
from moa_core.providers.simulated import VOICES
from pages.widgets.chat.held_files import cannot_see
from tests.pages.app_page import by_key, has, open_uid, press, words
from tests.support.files.attached import image, png


def send(page, text, *files):
    box = by_key(page, "question-*")
    for name, data in files:
        box.upload(name, data)
    box.set_value(text)
    return page.run()


def newest(app, page):
    return app.conversations.load(open_uid(page))


def files_of(app, page):
    return [part.name for part in newest(app, page).turns[-1].question.attachments]


def test_files_are_stored_and_shown_with_the_question(app, page):
    send(page, "What is it?", ("cat.png", png()), ("notes.md", b"# Notes\nrose"))
    assert not page.exception
    assert files_of(app, page) == ["cat.png", "notes.md"]
    turn = newest(app, page).turns[-1]
    shown = turn.question.attachments
    assert (shown[0].width, shown[0].height) == (40, 30)
    assert shown[1].text == "# Notes\nrose"


def test_a_file_without_a_word_is_a_question(app, page):
    send(page, "", ("cat.png", png()))
    assert files_of(app, page) == ["cat.png"]


def test_a_file_that_is_refused_costs_neither_the_text_nor_the_other_files(app, page):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    send(page, "What is it?", ("cat.png", png()), ("evil.png", svg))
    assert "evil.png" in words(page)
    assert "SVG" in words(page)
    assert has(page, "remove-held-0")
    assert by_key(page, "question-*").proto.value == "What is it?"
    assert "c" not in page.query_params
    send(page, "What is it?")
    assert files_of(app, page) == ["cat.png"]
    assert not has(page, "remove-held-0")


def test_a_held_file_can_be_removed(app, page):
    send(page, "What?", ("cat.png", png()), ("evil.png", b"MZ\x00\x01"))
    press(page, "remove-held-0")
    assert not has(page, "remove-held-0")
    send(page, "What?")
    assert files_of(app, page) == []


def test_no_more_files_than_a_question_takes(app, page):
    many = [(f"{number}.png", png(40 + number)) for number in range(MOST_FILES + 1)]
    send(page, "What?", *many)
    assert f"{MOST_FILES} files at most" in words(page)
    assert "c" not in page.query_params
    send(page, "What?")
    assert len(files_of(app, page)) == MOST_FILES


def agents(*models):
    specs = [AgentSpec(endpoint="lab", model=model) for model in models]
    return MoAConfig(layers=(), aggregator=specs[0], fallbacks=tuple(specs[1:]))


@pytest.mark.parametrize(
    ("blind", "said"), [((), None), (("a",), "not see"), (("a", "b"), "None of")]
)
def test_who_cannot_see_is_said_before_it_is_sent(blind, said):
    sight = KnownSight(lambda ref: ref.partition("/")[2] not in blind)
    told = cannot_see(agents("a", "b"), [image()], sight.sees)
    assert told is None if said is None else said in told


def test_nothing_is_said_of_documents_or_of_models_nobody_knows():
    sight = KnownSight(lambda ref: None)
    assert cannot_see(agents("a"), [image()], sight.sees) is None


def test_what_nobody_would_see_is_sent_only_after_that_was_said(app, page):
    for name in VOICES:
        app.app_settings.set_model_sees(f"simulated/{name}", sees=False)
    send(page, "What is it?", ("cat.png", png()))
    assert "None of" in words(page)
    assert "c" not in page.query_params
    assert by_key(page, "question-*").proto.value == "What is it?"
    send(page, "What is it?")
    assert files_of(app, page) == ["cat.png"]
