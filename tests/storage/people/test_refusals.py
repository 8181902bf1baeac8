"""Nobody reaches what is another person's: every method that takes a uid refuses it.

The cases come from the signatures of the classes themselves, so a new method has its
own as soon as it is there: with a uid of its kind, and with one of a conversation, a
turn and a run of somebody else. It raises a NotFoundError or finds nothing, and both
databases are as they were before.
"""

import inspect
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from moa_core.batch import AskedBatch, BatchProgress
from moa_core.evaluation.statistics import WinRate
from moa_core.messages import Question
from moa_core.mixture.config import Preset, Seat
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.plan import Plan
from moa_core.run import FULL_RUN, NO_REQUEST
from moa_core.settings import Settings
from services import build_services
from services.asking import Asking
from services.data_files import DataFiles
from services.experimenting import Experimenting
from services.people import OpenDatabases
from storage.api import ApiKeys
from storage.batches import Batches
from storage.conversations import Conversations, Duels, QueuedQuestions
from storage.errors import NotFoundError
from storage.evaluation import Ballots, Benchmarks, Experiments, NewQuestion
from storage.history import ConversationList
from storage.presets import Presets
from storage.recording import ApiRuns, Runs
from storage.recording.run_start import Order
from storage.runs import AnswerRef
from storage.schema import METADATA
from storage.settings import NO_CAPS
from storage.votes import Votes
from tests.moa_core.experiments.desk import protocol
from tests.storage.kinds import KINDS
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

CONFIG = DEFAULT_PRESET.config
WRITER = Seat(len(CONFIG.layers), 0)
SECRET = "Zebras of Ada"

ASKED = AskedBatch(
    name="Balanced",
    mixture="a" * 64,
    prompts=Path("/data/prompts.jsonl"),
    output=Path("/data/answers.jsonl"),
    folder=Path("/data"),
    words=("polyphony", "batch", "run", "prompts.jsonl"),
)
BEGUN = BatchProgress(rows=10)

NATURAL = {
    Conversations: "conversation",
    ConversationList: "conversation",
    QueuedQuestions: "conversation",
    DataFiles: "conversation",
    Duels: "duel",
    Runs: "run",
    ApiRuns: "key",
    Asking: "run",
    Presets: "preset",
    Votes: "vote",
    ApiKeys: "key",
    Batches: "batch",
    Experiments: "experiment",
    Benchmarks: "experiment",
    Experimenting: "experiment",
    Ballots: "vote",
}
"""What a plain ``uid`` of a class names."""

BY_NAME = {
    "turn_uid": "turn",
    "item": "item",
    "run_uid": "run",
    "base_run_uid": "run",
    "conversation_uid": "conversation",
    "key_uid": "key",
}
OF_ANYBODY = ("conversation", "turn", "run")

NEEDS_NO_CASE = {
    (Experiments, "answered_by"),  # given a mixture and a time; uids only narrow it
    (Experimenting, "start"),  # raises as it loads: tested below
    (Asking, "start"),  # of what was begun here
    (Asking, "run_task"),
}


def uids_of(method):
    names = inspect.signature(method).parameters
    return [name for name in names if name in BY_NAME or name in ("uid", "uids")]


def methods():
    for kind in NATURAL:
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            known = (kind, name) in NEEDS_NO_CASE
            if not name.startswith("_") and uids_of(method) and not known:
                yield kind, name, method


def cases():
    for kind, name, method in methods():
        for parameter in uids_of(method):
            natural = BY_NAME.get(parameter, NATURAL[kind])
            for whose in dict.fromkeys((natural, *OF_ANYBODY)):
                label = f"{kind.__name__}.{name}-{parameter}-{whose}"
                yield pytest.param(kind, name, parameter, whose, id=label)


@pytest.fixture(scope="module", params=KINDS)
def main_url(request, tmp_path_factory):
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("refusals") / "polyphony.db"
        copy_new_file(path)
        yield f"sqlite:///{path}"
    else:
        with request.getfixturevalue("postgresql").new_database() as url:
            yield url


@pytest.fixture(scope="module")
def house(main_url):
    """Ada has one of everything; Bob has a chat."""
    settings = Settings.from_mapping(
        {
            "DATABASE_URL": main_url,
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SIMULATED_PACE": "0",
            "POLYPHONY_TITLES": "question",
        }
    )
    databases = OpenDatabases(build_services(settings))
    try:
        people = databases.people
        people.signed_in("proxy:root", "root", "administrator")
        ada, bob = (
            databases.of(people.signed_in(f"proxy:{who}", who, "user"))
            for who in ("ada", "bob")
        )
        theirs = everything(ada)
        asked(bob, "A chat of Bob's")
        yield SimpleNamespace(ada=ada, bob=bob, uids=theirs)
    finally:
        databases.close()


def asked(app, question):
    begun = app.asking().start_question(Question(question), CONFIG)
    eventually(lambda: not app.live.get(begun.run_uid))
    return begun


def everything(app):
    """One of everything; the uid by the kind."""
    begun = asked(app, SECRET)
    duel = app.asking().start_duel(
        Question(SECRET), [(CONFIG, None), (CONFIG, None)], blind=True
    )
    eventually(lambda: not app.live.under_way)
    sides = list(app.duels.load(duel).answers)
    turn = app.conversations.load(begun.conversation_uid).turns[0].uid
    duel_turn = app.duels.load(duel).turn_uid
    experiments = app.experimenting.experiments
    experiment = experiments.create(
        SECRET,
        protocol(2),
        [NewQuestion(question=SECRET), NewQuestion(question="And so?")],
    )
    item = experiments.load(experiment).items[0]
    key, _ = app.api_keys.create(SECRET)
    preset = Preset(name="mine", title=SECRET, description="", source="", config=CONFIG)
    return {
        "conversation": begun.conversation_uid,
        "turn": turn,
        "run": begun.run_uid,
        "duel": duel,
        "turn of the duel": duel_turn,
        "vote": app.votes.cast(duel_turn, "duel", sides, "tie"),
        "experiment": experiment,
        "item": item.id,
        "key": key.uid,
        "preset": app.presets.save(preset).uid,
        "batch": Batches(app.database).begin(ASKED, BEGUN),
    }


def contents(app):
    """Every row of a database."""
    with app.database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in METADATA.sorted_tables
        }


def subject(app, kind):
    if kind is Asking:
        return app.asking()
    if kind is Experimenting:
        return app.experimenting
    if kind is DataFiles:
        return app.data_files
    return kind(app.database)


def arguments(method, parameter, uid, theirs):
    """Plausible ones, with the uid at its place; the rest is as it is in the class."""
    given = {}
    for each in list(inspect.signature(method).parameters.values())[1:]:
        if each.name == parameter:
            given[each.name] = [uid] if each.name == "uids" else uid
        elif each.default is inspect.Parameter.empty:
            given[each.name] = PLAUSIBLE[each.name](theirs)
    return given


RATE = WinRate(0.5, 0.4, 0.6, 1)
PLAUSIBLE = {
    "after_uid": lambda theirs: theirs["turn"],
    "answer": lambda theirs: AnswerRef(theirs["run"], WRITER),
    "asked_sha256": lambda _: "0" * 64,
    "base_run_uid": lambda theirs: theirs["run"],
    "blind": lambda _: True,
    "cap_usd": lambda _: Decimal(1),
    "caps": lambda _: NO_CAPS,
    "config": lambda _: CONFIG,
    "conversation_uid": lambda theirs: theirs["conversation"],
    "expose": lambda _: "full",
    "form": lambda _: "chat",
    "item": lambda theirs: theirs["item"],
    "judged": lambda _: 1,
    "key_uid": lambda theirs: theirs["key"],
    "kind": lambda _: "duel",
    "name": lambda _: "Bob's now",
    "order": lambda _: Order(config=CONFIG),
    "ours_first": lambda _: True,
    "pair": lambda _: "A-B",
    "plan": lambda _: Plan(CONFIG, FULL_RUN),
    "preset": lambda _: Preset(
        name="b", title="Bob's now", description="", source="", config=CONFIG
    ),
    "progress": lambda _: BEGUN,
    "question": lambda _: Question("Bob asks"),
    "rate": lambda _: RATE,
    "reasons": lambda _: {},
    "rework": lambda _: FULL_RUN,
    "sentence": lambda _: "Bob says so.",
    "sides": lambda theirs: [AnswerRef(theirs["run"], WRITER)] * 2,
    "state": lambda _: "paused",
    "text": lambda _: "Bob asks",
    "title": lambda _: "Bob's now",
    "uid": lambda theirs: theirs["conversation"],
    "verdict": lambda _: "tie",
    "voted": lambda _: 1,
    "winner": lambda _: None,
    "writer": lambda _: NO_REQUEST,
}


def is_nothing(result):
    """Nothing at all, or a text or numbers without anything of Ada's."""
    return not result or (isinstance(result, str) and SECRET not in result)


@pytest.mark.parametrize(("kind", "name", "parameter", "whose"), list(cases()))
def test_what_is_anothers_is_refused(house, kind, name, parameter, whose):
    method = getattr(subject(house.bob, kind), name)
    given = arguments(getattr(kind, name), parameter, house.uids[whose], house.uids)
    before = contents(house.ada), contents(house.bob)
    try:
        result = method(**given)
    except NotFoundError:
        result = None
    assert is_nothing(result), result
    assert (contents(house.ada), contents(house.bob)) == before


READS = [
    (Conversations, "load", "conversation"),
    (Duels, "load", "duel"),
    (Runs, "load", "run"),
    (Runs, "messages_of", "run"),
    (Presets, "load", "preset"),
    (Votes, "of_turn", "turn of the duel"),
    (Batches, "load", "batch"),
    (Experiments, "load", "experiment"),
]


@pytest.mark.parametrize(("kind", "name", "whose"), READS)
def test_its_owner_gets_what_others_do_not(house, kind, name, whose):
    assert getattr(subject(house.ada, kind), name)(house.uids[whose])


def test_there_are_enough_refusals():
    assert len(list(cases())) >= 200


def test_an_experiment_of_another_is_not_started(house):
    with pytest.raises(NotFoundError):
        house.bob.experimenting.start(house.uids["experiment"], house.bob.asking())


def test_a_search_finds_nothing_of_another(house):
    assert found(house.ada)
    assert not found(house.bob)


def found(app):
    return app.search.find("zebras").hits


def test_an_export_of_everything_has_nothing_of_another(house):
    assert SECRET in house.ada.data_files.export_json()
    exported = house.bob.data_files.export_json()
    assert not [uid for uid in house.uids.values() if uid in exported]
    assert SECRET not in exported


def test_no_figure_counts_what_another_spent(house):
    assert house.ada.spend.by_day(UTC)[0].runs == 3
    assert house.bob.spend.by_day(UTC)[0].runs == 1
