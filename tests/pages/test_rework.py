"""Reworking a turn on the chat page; every call is counted at a real model server."""

import threading
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture import Auto, EarlyExit, Pace, Quorum
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from pages.widgets.chat.turns import EXPANDED_TURNS
from pages.widgets.layout import LONGEST_QUESTION_CHARS
from pages.widgets.rework.next_origin import origin_name, possible_answers
from storage.settings import Caps
from tests.model_server import TEXT, ModelServer, Play
from tests.pages.app_page import (
    SHELL,
    answered,
    ask_run,
    by_key,
    fitting,
    has,
    questions,
    run_data,
    turns_shown,
    words,
)
from tests.pages.wording.said import said

pytestmark = pytest.mark.slow

NAMES = ("ada", "ben", "cleo", "dora", "chief", "deputy")
GO = "*-synthesis-go"
INSTRUCTION = "*-synthesis-prompt"
TICKS = "*-synthesis-tick-*"
WRITTEN_BY = "*-synthesis-aggregator"
SEAT = {"ada": [0, 0], "ben": [0, 1], "cleo": [1, 0]}


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

    def ask(self, question="Why is the sea salty?", *, look=True):
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
        answered(self.page)
        return self

    def click(self, do, number=-1, **asked):
        """Click what is offered where a turn's run is drawn."""
        key = f"{self.turn(number).uid}-run"
        answered(ask_run(self.page, do, key, **asked))
        return self

    def onwards(self, number=0):
        """Take up what is offered."""
        return self.click("onwards", kind=self.offered()["offers"][number]["kind"])

    def of_question(self, do, **asked):
        """Click what is offered where a question is drawn."""
        answered(ask_run(self.page, do, "*-asked", **asked))
        return self

    def offered(self, number=-1):
        """What is offered where a turn's run is drawn."""
        return run_data(self.page, f"{self.turn(number).uid}-run")["page"]

    @property
    def offers(self):
        """Whom one may ask who has not read the proposals that are there."""
        return next((each["kind"] for each in self.offered()["offers"]), None)

    def press(self, key):
        by_key(self.page, key).click()
        return self.run()

    def fill(self, key, value):
        by_key(self.page, key).set_value(value)
        return self.run()

    def has(self, key):
        return has(self.page, key)

    def retry(self, name):
        return self.click("retry-seat", place=SEAT[name])

    def synthesis_form(self, number=-1):
        return self.click("rewrite", number)

    @property
    def shown(self):
        """The run that the last turn is drawn by."""
        return run_data(self.page, f"{self.turn().uid}-run")["run"]

    def turn(self, number=-1):
        return self.app.conversations.load(self.uid).turns[number]

    def run_of(self, number=-1):
        return self.turn(number).run

    def refs(self, number=-1):
        return [version.ref for version in self.turn(number).versions]

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
    def goes_on_from(self):
        """The answer that the chip on the composer names."""
        chip = said(by_key(self.page, f"{self.turn().uid}-from"))[0].split(" | ")[0]
        turn = self.turn()
        names = {ref: origin_name(turn, ref) for ref in possible_answers(turn)}
        return next(ref for ref, name in names.items() if chip.endswith(name))


@pytest.fixture
def talk(app, server):
    def begun(config=ONE):
        return Talk(app, server, config)

    return begun


@pytest.mark.slow
def test_a_retry_is_one_call_and_what_depends_on_it_is_offered_with_its_price(talk):
    talk = talk(TWO).ask()
    before = len(talk.asked)
    talk.server.plays["ada"] = Play(pieces=["Something ", "else."])
    talk.retry("ada")
    assert talk.asked[before:] == ["ada"]
    assert talk.offers == "stale"
    assert "3 calls" in talk.offered()["offers"][0]["price"]
    talk.onwards()
    assert sorted(talk.asked[before + 1 :]) == ["chief", "cleo", "dora"]
    assert talk.offers is None
    assert len(talk.turn().versions) == 2


def test_kept_proposals_say_so_and_the_new_one_does_not(talk):
    talk = talk().ask().retry("ada")
    seats = talk.run_of().state.layers[0].seats
    assert [seat.reused for seat in seats] == [False, True]


def test_another_model_takes_a_seat(talk):
    talk = talk().ask().click("replace-seat", place=SEAT["ben"])
    assert by_key(talk.page, "*-replace-go").disabled
    talk.fill("*-0-1-other", "lab/dora")
    assert "1 call ·" in talk.says
    talk.press("*-replace-go")
    assert talk.asked[3:] == ["dora"]
    assert not talk.has("*-replace-go")
    assert [a.model for a in talk.run_of().state.config.layers[0].proposers] == [
        "ada",
        "dora",
    ]


def test_a_retry_that_fails_loses_nothing(talk):
    talk = talk().ask()
    talk.server.plays["ada"] = Play(status=400, body={"error": {"message": "no"}})
    talk.retry("ada")
    assert talk.offers == "nothing-new"
    assert talk.goes_on_from == talk.refs()[0]
    first, second = talk.turn().runs
    assert talk.shown == second.uid
    talk.click("show-version", version=first.uid)
    assert talk.shown == first.uid


@pytest.mark.slow
def test_a_whole_layer_that_failed_is_mended_by_one_retry(talk):
    talk = talk(TWO)
    for name in ("ada", "ben"):
        talk.server.plays[name] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask()
    assert "No model of layer 1 answered." in str(talk.run_of().state.error)
    talk.retry("ada")
    assert talk.offers == "unfinished"
    talk.onwards()
    assert sorted(talk.asked[:2]) == ["ada", "ben"]
    assert talk.asked[2] == "ada"
    assert sorted(talk.asked[3:5]) == ["cleo", "dora"]
    assert talk.asked[5:] == ["chief"]
    assert talk.answers() == ["This is what chief says."]


@pytest.mark.slow
def test_the_answer_is_written_without_a_layer_that_has_not_answered(talk):
    talk = talk(TWO)
    for name in ("cleo", "dora"):
        talk.server.plays[name] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask()
    [again, without] = talk.offered()["offers"]
    assert (again["kind"], without["kind"]) == ("unfinished", "without-layers")
    assert "1 call ·" in without["price"]
    talk.onwards(1)
    assert talk.asked[4:] == ["chief"]
    assert "This is what ada says." in talk.last_prompt
    assert talk.answers() == ["This is what chief says."]
    assert talk.offers == "skipped"
    talk.server.plays["ada"] = Play(pieces=["Ada says more."])
    talk.retry("ada")
    assert talk.offers == "stale"
    talk.onwards()
    assert talk.asked[5:] == ["ada", "chief"]


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
    assert talk.offers == "unfinished"
    assert "1 call ·" in talk.offered()["offers"][0]["price"]
    talk.onwards()
    assert talk.asked[2:] == ["chief"]
    assert "This is what ada says." in talk.last_prompt


def test_without_a_ticked_proposal_nothing_can_be_synthesised(talk):
    talk = talk().ask().synthesis_form()
    for box in fitting(talk.page, TICKS):
        box.uncheck()
    talk.run()
    assert "select one" in words(by_key(talk.page, "*-synthesis-problem"))
    assert by_key(talk.page, GO).disabled
    by_key(talk.page, "*-synthesis-tick-0").check()
    talk.run().press(GO)
    assert talk.asked[3:] == ["chief"]
    assert "This is what ben says." not in talk.last_prompt
    left_out = [not seat.included for seat in talk.run_of().state.layers[0].seats]
    assert left_out == [False, True]


def test_an_instruction_without_a_place_for_proposals_is_refused_in_words(talk):
    talk = talk().ask().synthesis_form()
    talk.fill(INSTRUCTION, "Just answer.")
    assert "{references}" in words(by_key(talk.page, "*-synthesis-problem"))
    assert by_key(talk.page, GO).disabled


def test_instruction_length_and_aggregator_reach_the_one_call(talk):
    talk = talk().ask().synthesis_form()
    by_key(talk.page, INSTRUCTION).set_value("In verse.\n{references}")
    by_key(talk.page, WRITTEN_BY).set_value("lab/deputy")
    by_key(talk.page, "*-synthesis-length").set_value("short")
    by_key(talk.page, GO).click()  # before the script has seen them
    talk.run()
    assert talk.asked[3:] == ["deputy"]
    assert "In verse." in talk.last_prompt
    config = talk.run_of().state.config
    assert (config.aggregator.model, config.length) == ("deputy", "short")
    assert talk.goes_on_from == talk.refs()[1]


@pytest.mark.slow
def test_every_version_can_be_looked_at_and_the_chip_keeps_to_what_goes_on(talk):
    talk = talk().ask()
    for name in ("deputy", "dora"):
        talk.synthesis_form()
        by_key(talk.page, WRITTEN_BY).set_value(f"lab/{name}")
        talk.press(GO)
    runs = [run.uid for run in talk.turn().runs]
    assert [each["run"] for each in talk.offered()["versions"]] == runs
    assert (len(runs), talk.shown) == (3, runs[2])
    talk.click("show-version", version=runs[0])
    assert talk.shown == runs[0]
    assert talk.goes_on_from == talk.refs()[2]
    talk.click("use-answer")
    assert talk.goes_on_from == talk.refs()[0]
    talk.ask("And the sea?")
    assert "This is what chief says." in talk.last_prompt
    assert "This is what dora says." not in talk.last_prompt


def test_versions_side_by_side_say_which_one_goes_on(talk):
    talk = talk().ask().synthesis_form()
    by_key(talk.page, WRITTEN_BY).set_value("lab/deputy")
    talk.press(GO).click("side-by-side")
    assert "**v1 · chief**" in words(by_key(talk.page, "*-v1"))
    assert "**v2 · deputy**" in words(by_key(talk.page, "*-v2"))
    assert not talk.has("*-v1-goes-on")
    assert talk.has("*-v2-goes-on")
    talk.press("*-v1-go-on")
    assert talk.turn().answer == talk.turn().versions[0].ref
    talk.fill("*-differences", True)
    assert talk.has("*-v2-differences")


def test_every_answer_to_go_on_from_has_a_name_of_its_own(talk):
    talk = talk(mixture("ada ada")).ask().retry("ada")
    talk.page.session_state[f"{talk.turn().uid}-from"] = True
    talk.run()
    assert by_key(talk.page, "*-from-*").options == [
        "answer v1 · chief",
        "proposal 1 by ada, layer 1",
        "proposal 2 by ada, layer 1",
        "proposal 1 by ada, layer 1, before the retry",
    ]


@pytest.mark.slow
def test_an_earlier_turn_says_what_was_gone_on_from_and_branches(talk):
    talk = talk().ask().ask("And the sea?")
    run = talk.run_of(0)
    talk.synthesis_form(0)
    by_key(talk.page, f"{run.uid}-synthesis-aggregator").set_value("lab/deputy")
    talk.press(f"{run.uid}-synthesis-go")
    assert talk.answers(0) == ["This is what chief says.", "This is what deputy says."]
    assert "v1 · chief" in talk.offered(0)["note"]
    talk.click("use-answer", 0)
    assert talk.page.query_params["at"] == talk.turn(0).uid
    assert "And the sea?" not in talk.says
    talk.press("*-followed")
    assert "And the sea?" in talk.says


@pytest.mark.parametrize("name", ["t", "at"])
def test_an_address_with_a_turn_that_is_gone_shows_the_newest_path(talk, name):
    talk = talk().ask().look(**{name: "0123456789abcdef"})
    assert talk.has("turn-missing")
    assert talk.shown == talk.run_of().uid
    assert name not in talk.page.query_params


def test_a_cap_refuses_a_rework_in_words_and_nothing_is_lost(talk):
    talk = talk().ask().synthesis_form()
    talk.app.app_settings.set_caps(Caps(per_run_usd=Decimal("0.000001")))
    talk.press(GO)
    assert "cap" in words(by_key(talk.page, "problem"))
    assert len(talk.asked) == 3
    assert talk.answers() == ["This is what chief says."]
    assert talk.has(GO)  # the form is as it was
    talk.run()
    assert not talk.page.error


def test_a_conversation_that_was_deleted_elsewhere_is_not_reworked(talk):
    talk = talk().ask().synthesis_form()
    talk.app.conversations.delete(talk.uid)
    talk.press(GO)
    assert talk.has("chat-missing")
    assert len(talk.asked) == 3


@pytest.mark.slow
def test_two_pages_cannot_rework_one_conversation_at_once(talk):
    talk = talk().ask().synthesis_form()
    talk.server.plays["deputy"] = Play(fault="stall")
    begun = talk.app.asking().start_question(
        Question("Elsewhere"), mixture(aggregator="deputy"), conversation_uid=talk.uid
    )
    threading.Timer(1, talk.app.live.stop, [begun.run_uid]).start()
    talk.press(GO)
    assert talk.asked.count("chief") == 1
    assert len(talk.turn(0).runs) == 1


def test_a_ranker_has_no_length_to_choose(talk):
    talk = talk(mixture("ada ben", method="rank"))
    talk.server.plays["chief"] = Play(pieces=["2"])
    talk.ask().synthesis_form()
    assert not talk.has("*-synthesis-length")
    assert talk.has(INSTRUCTION)
    talk.press(GO)
    assert talk.answers() == ["This is what ben says."] * 2


def test_a_model_alone_is_asked_again_and_has_versions(talk):
    talk = talk(ALONE).ask()
    assert talk.goes_on_from == talk.refs()[0]
    talk.synthesis_form()
    assert not talk.has(TICKS)
    by_key(talk.page, WRITTEN_BY).set_value("lab/deputy")
    talk.press(GO)
    assert talk.answers() == ["This is what chief says.", "This is what deputy says."]
    assert talk.goes_on_from == talk.refs()[1]


def test_a_model_alone_that_failed_can_be_asked_again(talk):
    talk = talk(ALONE)
    talk.server.plays["chief"] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask().synthesis_form().press(GO)
    assert talk.asked == ["chief", "chief"]
    assert talk.answers() == [TEXT]


def test_an_edited_question_begins_a_branch_and_one_walks_between_them(talk):
    talk = talk().ask()
    first = talk.turn().uid
    talk.of_question("ask-instead", turn=first, text="\nWhy is it blue?\n")
    second = talk.turn().uid
    assert [
        (turn["question"], turn["versions"]) for turn in turns_shown(talk.page)
    ] == [("Why is it blue?", [first, second])]
    talk.of_question("version", turn=second, version=first)
    assert questions(talk.page) == ["Why is the sea salty?"]


def test_what_makes_no_sense_of_a_question_changes_nothing(talk):
    talk = talk().ask()
    for asked in (
        {"do": "ask-instead", "text": "  "},
        {"do": "ask-instead", "text": "x" * (LONGEST_QUESTION_CHARS + 1)},
        {"do": "ask-instead", "text": 5},
        {"do": "ask-instead", "turn": "another", "text": "Why?"},
        {"do": "version", "version": "another"},
        {"do": "dance"},
    ):
        talk.of_question(**{"turn": talk.turn().uid, **asked})
        assert len(talk.asked) == 3, asked
        assert questions(talk.page) == ["Why is the sea salty?"], asked


def test_a_proposal_goes_on_from_its_menu(talk):
    talk = talk().ask().click("use-seat", place=SEAT["ben"])
    assert talk.goes_on_from == talk.turn().answer
    assert talk.turn().answer.seat == Seat(0, 1)


@pytest.mark.slow
def test_turns_far_back_rest_as_their_answers_in_one_part_until_one_is_opened(talk):
    talk = talk(ALONE)
    for number in range(EXPANDED_TURNS + 3):
        talk.ask(f"Question {number}?", look=False)
    talk.look()
    first, second, third, fourth, *_ = shown = turns_shown(talk.page)
    assert len(fitting(talk.page, "*-run")) == EXPANDED_TURNS
    assert len(fitting(talk.page, "*-resting")) == 1
    assert [each["question"] for each in (first, third)] == [
        "Question 0?",
        "Question 2?",
    ]
    assert second["answer"] == {
        "heading": "Question 1?",
        "by": "chief",
        "text": "This is what chief says.",
    }
    assert "answer" not in fourth
    ask_run(talk.page, "open", "*-resting", turn=second["turn"])
    assert [each["turn"] for each in turns_shown(talk.page)] == [
        each["turn"] for each in shown
    ]
    assert len(fitting(talk.page, "*-run")) == EXPANDED_TURNS + 1
    resting = [each.key for each in fitting(talk.page, "*-resting")]
    assert resting == [f"{each['turn']}-resting" for each in (first, third)]


def test_another_model_writes_the_answer_in_one_click(app, server):
    server.plays["_ada_"] = Play(pieces=["This is what ada says."])
    server.plays["chief"] = Play(status=403, body={"error": "no"})
    talk = Talk(app, server, mixture("_ada_")).ask()
    assert {"ref": "lab/_ada_", "label": "_ada_ · lab"} in talk.offered()["writers"]
    talk.click("write-with", ref="lab/nobody")
    assert talk.asked[2:] == []
    talk.click("write-with", ref="lab/_ada_")
    assert talk.asked[2:] == ["_ada_"]
    assert talk.answers() == ["This is what ada says."]


def test_what_makes_no_sense_changes_nothing(talk):
    talk = talk().ask().click("dance")
    for place in ([5, 0], [0, 9], [1, 0], "0-0", [0.5, 0]):
        talk.click("retry-seat", place=place)
        assert len(talk.asked) == 3, place


def test_a_layer_of_which_nobody_answered_is_asked_again_from_what_is_there(talk):
    talk = talk(TWO)
    for name in ("cleo", "dora"):
        talk.server.plays[name] = Play(status=403, body={"error": "no"}, times=1)
    talk.ask()
    assert (
        talk.offered()["offers"][0]["label"]
        == "Ask layer 2 again, then write the answer"
    )
    talk.onwards()
    assert sorted(talk.asked[4:]) == ["chief", "cleo", "dora"]


def test_compare_opens_at_the_run(talk):
    talk = talk().ask()
    assert f"run={talk.shown}" in talk.offered()["compare"]
    run, page = talk.shown, talk.page
    ask_run(page, "mix")
    assert page.query_params["run"] in (run, [run])
    assert page.query_params["view"] in ("mix", ["mix"])


FOUR = mixture("ada ben cleo dora", pace=Pace(quorum=Quorum(floor=0, ceiling=0)))


class WhenDoraHasAnswered:
    """What the aggregator's last words wait for."""

    def __init__(self, server):
        self.server = server

    def is_set(self):
        calls = [c for c in self.server.calls if c.body.get("model") == "dora"]
        return any(call.ended for call in calls)


def test_who_came_too_late_is_brought_in_by_one_click(talk, server):
    server.plays["dora"] = Play(pieces=["This is what dora ", "says."], pause_s=0.7)
    held = WhenDoraHasAnswered(server)
    server.plays["chief"] = Play(pieces=["The ", "answer."], held_until=held)
    talk = talk(FOUR)
    talk.ask()
    offer = talk.offered()["offers"][0]
    assert offer["kind"] == "late"
    assert offer["text"] == "dora came too late for this answer."
    assert offer["label"] == "Bring it in"
    assert "$" in offer["price"]
    assert talk.run_of().state.layers[0].seats[3].late
    assert "dora says" not in talk.last_prompt
    before = len(talk.asked)
    talk.onwards()
    assert talk.asked[before:] == ["chief"]
    assert "dora says" in talk.last_prompt
    assert talk.offers is None


def test_who_never_answered_is_asked_again_by_one_click(talk, server):
    server.plays["dora"] = Play(fault="stall", after=0, times=1)
    talk = talk(FOUR)
    talk.ask()
    offer = talk.offered()["offers"][0]
    assert offer["text"] == "This answer was written without dora."
    assert offer["label"] == "Ask it again, then rewrite the answer"
    before = len(talk.asked)
    talk.onwards()
    assert talk.asked[before:] == ["dora", "chief"]
    assert talk.offers is None


def test_layers_that_were_skipped_are_asked_by_one_click(talk, server):
    for name in ("ada", "ben", "cleo"):
        server.plays[name] = Play(pieces=["The sky is blue since air scatters light."])
    early = Pace(early_exit=EarlyExit())
    talk = talk(mixture("ada ben", "cleo dora", pace=early))
    talk.ask()
    (offer,) = talk.offered()["offers"]
    assert offer["kind"] == "skipped"
    assert offer["text"].endswith("so layer 2 was left out.")
    assert "3 calls" in offer["price"]
    before = len(talk.asked)
    talk.onwards()
    assert sorted(talk.asked[before:]) == ["chief", "cleo", "dora"]
    assert "dora says" in talk.last_prompt
    assert talk.offers is None


def test_who_is_late_and_layers_that_were_skipped_are_both_offered(talk, server):
    for name in ("ada", "ben", "cleo"):
        server.plays[name] = Play(pieces=["The sky is blue since air scatters light."])
    server.plays["dora"] = Play(fault="stall", after=0, times=1)
    pace = replace(FOUR.pace, early_exit=EarlyExit())
    talk = talk(mixture("ada ben cleo dora", "ada ben", pace=pace))
    talk.ask()
    late, skipped = talk.offered()["offers"]
    assert (late["kind"], skipped["kind"]) == ("late", "skipped")
    before = len(talk.asked)
    talk.onwards(1)
    assert sorted(talk.asked[before:]) == ["ada", "ben", "chief"]


def test_whom_auto_has_left_out_is_asked_by_one_click(talk, server):
    blue = "The sky is blue since air scatters short waves of sunlight the most."
    for name in ("ben", "chief"):
        server.plays[name] = Play(pieces=[blue])
    server.plays["ada"] = Play(pieces=["Ask the wizard, who painted it at dawn."])
    talk = talk(mixture("ada ben cleo", "dora", pace=Pace(auto=Auto())))
    talk.ask()
    assert sorted(talk.asked) == ["ada", "ben", "chief", "chief", "dora"]
    (offer,) = talk.offered()["offers"]
    assert offer["text"] == "Two makers' models agree, so cleo was not asked."
    before = len(talk.asked)
    talk.onwards()
    assert sorted(talk.asked[before:]) == ["chief", "cleo", "dora"]
    assert talk.offers is None
