"""Reworking a turn on the chat page; every call is counted at a real model server."""

import threading
import time
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from pages.widgets.chat.collapsed_turn import EXPANDED_TURNS
from storage.settings import Caps
from tests.model_server import TEXT, ModelServer, Play
from tests.pages.app_page import SHELL, button, words

pytestmark = pytest.mark.slow

NAMES = ("ada", "ben", "cleo", "dora", "chief", "deputy")
SEAT = {"ada": "0-0", "ben": "0-1", "cleo": "1-0"}


def agent(name):
    return AgentSpec(endpoint="lab", model=name)


def mixture(*layers, aggregator="chief", **how):
    rows = tuple(Layer(tuple(map(agent, layer.split()))) for layer in layers)
    return MoAConfig(layers=rows, aggregator=agent(aggregator), **how)


ONE = mixture("ada ben")
TWO = mixture("ada ben", "cleo dora")
ALONE = mixture()


@pytest.fixture
def server():
    with ModelServer() as server:
        server.models = {"data": [{"id": name} for name in NAMES]}
        for name in NAMES:
            server.plays[name] = Play(pieces=[f"This is what {name} ", "says."])
        yield server


@pytest.fixture
def environment(environment, server):
    """With a model server, and a price for what it serves."""
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={server.url}")
    prices = ";".join(f"lab/{name}=1/4" for name in NAMES)
    environment.setenv("POLYPHONY_PRICES", prices)
    return environment


class Talk:
    """A conversation, and the page that shows it."""

    def __init__(self, app, server, config):
        self.app, self.server, self.config = app, server, config
        self.uid = None
        self.page = AppTest.from_file(SHELL, default_timeout=20)

    def ask(self, question="Why is the sky blue?", *, look=True):
        begun = self.app.asking().start_question(
            Question(question), self.config, conversation_uid=self.uid
        )
        self.uid = begun.conversation_uid
        while self.app.live.get(begun.run_uid):
            time.sleep(0.005)
        return self.look() if look else self

    def look(self, **path):
        self.page.query_params.clear()
        for name, value in {"c": self.uid, **path}.items():
            self.page.query_params[name] = value
        return self.run()

    def run(self):
        self.page.run()
        assert not self.page.exception
        return self

    def open(self, what, run=None):
        """Open what opens by a click, as AppTest cannot."""
        run = run or self.run_of()
        self.page.session_state[f"{run.uid}-{what}"] = True
        return self.run()

    def unfold(self, number):
        button(self.page, f"**Layer {number}**").click()
        return self.run()

    def press(self, label):
        button(self.page, label).click()
        return self.run()

    def seat_menu(self, name):
        return self.open(f"{SEAT[name]}-more")

    def synthesis_form(self):
        return self.open("synthesise")

    def turn(self, number=-1):
        return self.app.conversations.load(self.uid).turns[number]

    def run_of(self, number=-1):
        return self.turn(number).run

    def answers(self, number=-1):
        turn = self.turn(number)
        return [version.text for version in turn.versions]

    @property
    def asked(self):
        return [call.body["model"] for call in self.server.calls]

    @property
    def last_prompt(self):
        messages = self.server.calls[-1].body["messages"]
        return "\n".join(message["content"] for message in messages)

    @property
    def says(self):
        return words(self.page)

    @property
    def chip(self):
        blocks = self.page.get("popover")
        labels = [each.proto.popover.label for each in blocks]
        return next(label for label in labels if label.startswith("Goes on"))

    def widget(self, kind, label):
        return next(each for each in self.page.get(kind) if each.label == label)


@pytest.fixture
def talk(app, server):
    def begun(config=ONE):
        return Talk(app, server, config)

    return begun


@pytest.mark.slow
def test_a_retry_is_one_call_and_what_depends_on_it_is_offered_with_its_price(talk):
    talk = talk(TWO).ask().unfold(1).seat_menu("ada")
    before = len(talk.asked)
    talk.server.plays["ada"] = Play(pieces=["Something ", "else."])
    talk.press("Ask it again")
    assert talk.asked[before:] == ["ada"]
    assert "A proposal is new." in talk.says
    assert "3 calls" in talk.says
    talk.press("Ask layer 2 again, then synthesise")
    assert sorted(talk.asked[before + 1 :]) == ["chief", "cleo", "dora"]
    assert "A proposal is new." not in talk.says
    assert len(talk.turn().versions) == 2


def test_kept_proposals_say_so_and_the_new_one_does_not(talk):
    talk = talk().ask().unfold(1).seat_menu("ada").press("Ask it again")
    lines = [line for line in talk.says.splitlines() if "lab ·" in line]
    assert [line.startswith("kept") for line in lines] == [False, True]


def test_another_model_takes_a_seat(talk):
    talk = talk().ask().unfold(1).seat_menu("ben")
    key = f"{talk.run_of().uid}-0-1-other"
    talk.page.selectbox(key=key).set_value("lab/dora")
    talk.run().press("Ask that model instead")
    assert talk.asked[3:] == ["dora"]
    assert "**dora**" in talk.says
    assert [a.model for a in talk.run_of().state.config.layers[0].proposers] == [
        "ada",
        "dora",
    ]


def test_a_retry_that_fails_loses_nothing(talk):
    talk = talk().ask()
    talk.server.plays["ada"] = Play(status=400, body={"error": {"message": "no"}})
    talk.unfold(1).seat_menu("ada").press("Ask it again")
    assert "has not answered" in talk.says
    assert "A proposal is new." not in talk.says
    assert talk.chip == "Goes on from synthesis v1 · chief"
    [picker] = talk.page.get("button_group")
    assert picker.options == ["v1", "no new proposal"]
    picker.set_value(talk.turn().runs[0].uid)
    talk.run()
    assert "This is what ada says." in talk.says


@pytest.mark.slow
def test_a_whole_layer_that_failed_is_mended_by_one_retry(talk):
    talk = talk(TWO)
    for name in ("ada", "ben"):
        talk.server.plays[name] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask().seat_menu("ada")
    assert "No model of layer 1 answered." in talk.says
    talk.press("Ask it again")
    assert "Not finished." in talk.says
    talk.press("Ask layer 2, then synthesise")
    assert sorted(talk.asked[:2]) == ["ada", "ben"]
    assert talk.asked[2] == "ada"
    assert sorted(talk.asked[3:5]) == ["cleo", "dora"]
    assert talk.asked[5:] == ["chief"]
    assert talk.answers() == ["This is what chief says."]


def test_a_run_that_was_stopped_goes_on_from_what_had_arrived(talk):
    talk = talk()
    talk.server.plays["ben"] = Play(fault="stall")
    begun = talk.app.asking().start_question(Question("Why?"), ONE)
    talk.uid = begun.conversation_uid
    live = talk.app.live.get(begun.run_uid)
    while live.state.layers[0].answered == 0:
        time.sleep(0.005)
    talk.app.live.stop(begun.run_uid)
    while talk.app.live.get(begun.run_uid):
        time.sleep(0.005)
    talk.look()
    assert "Not finished." in talk.says
    assert "1 call" in talk.says
    talk.press("Synthesise")
    assert talk.asked[2:] == ["chief"]
    assert "This is what ada says." in talk.last_prompt


def test_without_a_ticked_proposal_nothing_can_be_synthesised(talk):
    talk = talk().ask().synthesis_form()
    for box in talk.page.checkbox:
        box.uncheck()
    talk.run()
    assert "tick one" in talk.page.error[0].value
    assert button(talk.page, "Synthesise again").disabled
    talk.page.checkbox[0].check()
    talk.run().press("Synthesise again")
    assert talk.asked[3:] == ["chief"]
    assert "This is what ben says." not in talk.last_prompt
    talk.unfold(1)
    assert "left out" in talk.says


def test_an_instruction_without_a_place_for_proposals_is_refused_in_words(talk):
    talk = talk().ask().synthesis_form()
    talk.widget("text_area", "Instruction").set_value("Just answer.")
    talk.run()
    assert "{references}" in talk.says
    assert button(talk.page, "Synthesise again").disabled


def test_instruction_length_and_aggregator_reach_the_one_call(talk):
    talk = talk().ask().synthesis_form()
    talk.widget("text_area", "Instruction").set_value("In verse.\n{references}")
    talk.widget("selectbox", "Written by").set_value("lab/deputy")
    talk.widget("button_group", "Length").set_value("short")
    button(talk.page, "Synthesise again").click()  # before the script has seen them
    talk.run()
    assert talk.asked[3:] == ["deputy"]
    assert "In verse." in talk.last_prompt
    config = talk.run_of().state.config
    assert (config.aggregator.model, config.length) == ("deputy", "short")
    assert talk.chip == "Goes on from synthesis v2 · deputy"


@pytest.mark.slow
def test_every_version_can_be_looked_at_and_the_chip_keeps_to_what_goes_on(talk):
    talk = talk().ask()
    for name in ("deputy", "dora"):
        talk.synthesis_form()
        talk.widget("selectbox", "Written by").set_value(f"lab/{name}")
        talk.press("Synthesise again")
    [picker] = talk.page.get("button_group")
    assert picker.options == ["v1", "v2", "v3"]
    assert "This is what dora says." in talk.says
    picker.set_value(talk.turn().runs[0].uid)
    talk.run()
    assert "This is what chief says." in talk.says
    assert "This is what dora says." not in talk.says
    assert talk.chip == "Goes on from synthesis v3 · dora"
    talk.press("Go on from this answer")
    assert talk.chip == "Goes on from synthesis v1 · chief"
    talk.ask("And the sea?")
    assert "This is what chief says." in talk.last_prompt
    assert "This is what dora says." not in talk.last_prompt


def test_versions_side_by_side_say_which_one_goes_on(talk):
    talk = talk().ask().synthesis_form()
    talk.widget("selectbox", "Written by").set_value("lab/deputy")
    talk.press("Synthesise again")
    talk.widget("toggle", "Side by side").set_value(True)
    talk.run()
    assert "**v1 · chief**" in talk.says
    assert "**v2 · deputy**" in talk.says
    assert talk.says.count("The next question goes on from this answer.") == 1
    talk.press("Go on from this answer")
    assert talk.turn().answer == talk.turn().versions[0].ref
    talk.widget("toggle", "Mark differences").set_value(True)
    talk.run()
    assert "only in v1" in talk.says


def test_every_answer_to_go_on_from_has_a_name_of_its_own(talk):
    talk = talk(mixture("ada ada")).ask().unfold(1).seat_menu("ada")
    talk.press("Ask it again")
    talk.page.session_state[f"{talk.turn().uid}-from"] = True
    talk.run()
    [radio] = talk.page.radio
    assert radio.options == [
        "synthesis v1 · chief",
        "proposal 1 by ada, layer 1",
        "proposal 2 by ada, layer 1",
        "proposal 1 by ada, layer 1, before it was asked again",
    ]


@pytest.mark.slow
def test_an_earlier_turn_says_what_was_gone_on_from_and_branches(talk):
    talk = talk().ask().ask("And the sea?")
    run = talk.run_of(0)
    talk.open("synthesise", run)
    talk.page.selectbox(key=f"{run.uid}-synthesis-aggregator").set_value("lab/deputy")
    talk.press("Synthesise again")
    assert talk.answers(0) == ["This is what chief says.", "This is what deputy says."]
    assert "The next question went on from synthesis v1 · chief." in talk.says
    talk.press("Branch from this answer")
    assert talk.page.query_params["at"] == talk.turn(0).uid
    assert "The next question starts a new branch here." in talk.says
    assert talk.chip == "Goes on from synthesis v2 · deputy"
    talk.press("Show what followed")
    assert "And the sea?" in talk.says


@pytest.mark.parametrize("name", ["t", "at"])
def test_an_address_with_a_turn_that_is_gone_shows_the_newest_path(talk, name):
    talk = talk().ask().look(**{name: "0123456789abcdef"})
    assert "That question is not here" in talk.says
    assert "This is what chief says." in talk.says
    assert name not in talk.page.query_params


def test_a_cap_refuses_a_rework_in_words_and_nothing_is_lost(talk):
    talk = talk().ask().synthesis_form()
    talk.app.app_settings.set_caps(Caps(per_run_usd=Decimal("0.000001")))
    talk.press("Synthesise again")
    assert "cap" in talk.page.error[0].value
    assert len(talk.asked) == 3
    assert talk.answers() == ["This is what chief says."]
    assert button(talk.page, "Synthesise again")  # the form is as it was
    talk.run()
    assert not talk.page.error


def test_a_conversation_that_was_deleted_elsewhere_is_not_reworked(talk):
    talk = talk().ask().synthesis_form()
    talk.app.conversations.delete(talk.uid)
    talk.press("Synthesise again")
    assert "That chat is not here" in talk.says
    assert len(talk.asked) == 3


@pytest.mark.slow
def test_two_pages_cannot_rework_one_conversation_at_once(talk):
    talk = talk().ask().synthesis_form()
    talk.server.plays["deputy"] = Play(fault="stall")
    begun = talk.app.asking().start_question(
        Question("Elsewhere"), mixture(aggregator="deputy"), conversation_uid=talk.uid
    )
    threading.Timer(1, talk.app.live.stop, [begun.run_uid]).start()
    talk.press("Synthesise again")
    assert talk.asked.count("chief") == 1
    assert len(talk.turn(0).runs) == 1


def test_a_ranker_has_no_length_to_choose(talk):
    talk = talk(mixture("ada ben", method="rank"))
    talk.server.plays["chief"] = Play(pieces=["2"])
    talk.ask().synthesis_form()
    assert not talk.page.get("button_group")
    assert talk.widget("text_area", "Instruction")
    talk.press("Synthesise again")
    assert talk.answers() == ["This is what ben says."] * 2


def test_a_model_alone_is_asked_again_and_has_versions(talk):
    talk = talk(ALONE).ask()
    assert talk.chip == "Goes on from answer v1 · chief"
    talk.synthesis_form()
    assert not talk.page.checkbox
    talk.widget("selectbox", "Written by").set_value("lab/deputy")
    talk.press("Ask again")
    assert talk.answers() == ["This is what chief says.", "This is what deputy says."]
    assert talk.chip == "Goes on from answer v2 · deputy"


def test_a_model_alone_that_failed_can_be_asked_again(talk):
    talk = talk(ALONE)
    talk.server.plays["chief"] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask().synthesis_form().press("Ask again")
    assert talk.asked == ["chief", "chief"]
    assert talk.answers() == [TEXT]


def test_an_edited_question_that_is_empty_asks_nothing(talk):
    talk = talk().ask()
    talk.page.session_state[f"{talk.turn().uid}-edit"] = True
    talk.run()
    talk.widget("text_area", "Your question").set_value("  ")
    talk.press("Ask this instead")
    assert len(talk.asked) == 3


def test_a_proposal_goes_on_from_its_menu(talk):
    talk = talk().ask().unfold(1).seat_menu("ben").press("Go on from this proposal")
    assert talk.chip == "Goes on from proposal by ben, layer 1"
    assert talk.turn().answer.seat == Seat(0, 1)


@pytest.mark.slow
def test_a_turn_far_back_rests_as_its_answer_until_it_is_opened(talk):
    talk = talk()
    for number in range(EXPANDED_TURNS + 1):
        talk.ask(f"Question {number}?", look=False)
    talk.look()
    assert "Question 0?" in talk.says
    assert talk.says.count("This is what chief says.") == EXPANDED_TURNS + 1
    assert (
        len([b for b in talk.page.button if b.label == "**Layer 1**"]) == EXPANDED_TURNS
    )
    talk.press("Layers, versions and costs")
    assert (
        len([b for b in talk.page.button if b.label == "**Layer 1**"])
        == EXPANDED_TURNS + 1
    )


def test_the_models_that_may_write_instead_are_named_letter_by_letter(app, server):
    """The entries of such a menu are Markdown, and models are named by endpoints."""
    server.plays["_ada_"] = Play(pieces=["This is what ada says."])
    server.plays["chief"] = Play(status=403, body={"error": "no"})
    talk = Talk(app, server, mixture("_ada_")).ask()
    [menu] = [m for m in talk.page.get("menu_button") if "Synthesise" in m.label]
    assert r"\_ada\_ · lab" in menu.options
