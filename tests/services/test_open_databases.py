"""Each person's database has services of its own, on parts that all share."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.errors import CapExceededError, ConfigError
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs
from services import build_services
from services.people import Administration, OpenDatabases
from storage.database.sessions import Database
from storage.errors import NotFoundError, PersonBlockedError
from storage.people import separate_database
from storage.recording.runs import Runs
from storage.settings import Caps
from tests.model_server import Play
from tests.support.waiting import eventually


@pytest.fixture
def administration(databases):
    return Administration(databases)


LONG = Play(pieces=("word ",) * 50_000, pause_s=0.001)


@pytest.fixture
def asked_long(model_server):
    """Asks a question whose answer takes its time."""
    model_server.plays["long"] = LONG
    config = mixture_from_refs(("lab/long",), aggregator="lab/good")

    def ask(app):
        uid = app.asking().start_question(Question("Why?"), config).run_uid
        run = app.live.get(uid)
        eventually(lambda: run.state.layers[0].seats[0].text)
        return run

    return ask


def ask(app, question="Why?"):
    begun = app.asking().start_question(Question(question), DEFAULT_PRESET.config)
    eventually(lambda: not app.live.get(begun.run_uid))
    return begun


def close_idle(databases):
    """A chat may still be titled."""
    eventually(lambda: databases.close_idle(idle_s=0) > 0)


def test_the_owner_of_the_main_database_has_the_main_services(databases, root):
    assert databases.of(root) is databases.main


def test_everybody_else_has_services_of_their_own(databases, ada, bob):
    app = databases.of(ada)
    assert app is databases.of(ada)
    assert app is not databases.of(bob)
    assert app.parts is databases.main.parts
    begun = ask(app)
    assert app.runs.load(begun.run_uid).state.status == "succeeded"
    for other in (databases.main, databases.of(bob)):
        with pytest.raises(NotFoundError):
            other.runs.load(begun.run_uid)


def test_a_database_that_nobody_asks_for_is_closed_and_opened_again(databases, ada):
    begun = ask(databases.of(ada))
    assert databases.close_idle() == 0  # asked for just now
    close_idle(databases)
    assert databases.opened(ada.uid) is None
    assert databases.of(ada).runs.load(begun.run_uid).state.status == "succeeded"


def test_a_database_in_which_something_runs_stays_open(databases, ada, asked_long):
    app = databases.of(ada)
    run = asked_long(app)
    assert databases.close_idle(idle_s=0) == 0
    app.live.stop(run.uid)
    eventually(lambda: not app.busy)
    assert databases.close_idle(idle_s=0) == 1


def test_one_that_works_in_the_background_stays_open(databases, ada):
    app = databases.of(ada)
    doing = app.in_background(lambda: time.sleep(0.2))
    assert databases.close_idle(idle_s=0) == 0
    doing.result()
    eventually(lambda: databases.close_idle(idle_s=0) == 1)


def test_closing_stops_the_runs_of_everybody(databases, settings, ada, bob, asked_long):
    runs = {person.uid: asked_long(databases.of(person)).uid for person in (ada, bob)}
    databases.begin_closing()
    databases.close()
    for uid, run_uid in runs.items():
        database = Database.open(separate_database(settings.database_url, uid))
        assert Runs(database).load(run_uid).state.status == "stopped"
        database.close()


def test_runs_that_a_kill_cut_off_are_interrupted_when_a_database_is_opened(
    databases, settings, ada
):
    ask(databases.of(ada))
    close_idle(databases)
    database = Database.open(separate_database(settings.database_url, ada.uid))
    gone = replace(database.worker, pid=2**22 + 1, started="1")
    database.worker = gone
    begun = Runs(database).begin(Question("Q"), DEFAULT_PRESET.config)
    database.close()
    state = databases.of(ada).runs.load(begun.run_uid).state
    assert state.status == "interrupted"


def test_nothing_opens_for_a_blocked_person(databases, administration, ada, asked_long):
    run = asked_long(databases.of(ada))
    administration.block(ada.uid)
    assert run.state.status == "stopped"
    assert databases.opened(ada.uid) is None
    for person in (ada, databases.people.get(ada.uid)):
        with pytest.raises(PersonBlockedError, match="ada is blocked here"):
            databases.of(person)
    administration.unblock(ada.uid)
    assert databases.of(databases.people.get(ada.uid)).history.uids()


def test_what_is_not_kept_goes_every_day_whoever_is_there(databases, ada, bob):
    for person in (ada, bob):
        app = databases.of(person)
        app.conversations.delete(ask(app).conversation_uid)
        with app.database.writing() as session:
            from sqlalchemy import text

            session.execute(text("UPDATE conversations SET deleted_at = 1"))
    close_idle(databases)
    databases.of(bob)
    databases.tidy_all()
    assert [databases.of(each).retention.bin() for each in (ada, bob)] == [[], []]


def test_sums_say_what_each_has_spent_and_no_text(databases, administration, ada, root):
    ask(databases.of(ada), "A secret?")
    summaries = {each.known.person.uid: each for each in administration.summaries()}
    assert summaries[ada.uid].sums.chats == 1
    assert summaries[root.uid].sums.chats == 0
    assert "secret" not in repr(summaries)
    close_idle(databases)
    closed = {each.known.person.uid: each for each in administration.summaries()}
    assert closed[ada.uid].sums == summaries[ada.uid].sums
    assert databases.opened(ada.uid) is None


def test_sums_of_who_never_opened_a_page_are_nothing(administration, ada):
    sums = {each.known.person.uid: each.sums for each in administration.summaries()}
    assert sums[ada.uid].chats == 0


def test_a_database_that_cannot_be_read_hides_nobody_else(
    databases, administration, settings, ada, bob
):
    ask(databases.of(bob))
    path = databases.of(ada).database.path
    close_idle(databases)
    path.write_text("no database at all, but a text that is long enough " * 40)
    summaries = {each.known.person.uid: each for each in administration.summaries()}
    assert summaries[ada.uid].sums is None
    assert summaries[ada.uid].problem
    assert summaries[bob.uid].sums.chats == 1


CAP = Caps(per_run_usd=Decimal("0.000001"))
PRICED = mixture_from_refs(("lab/m",), aggregator="lab/m")


@pytest.mark.parametrize("everybody", [True, False])
def test_a_cap_of_an_administrator_holds_and_is_named(
    databases, administration, ada, root, everybody
):
    person = ada if everybody else root
    app = databases.of(person)
    administration.set_caps(person.uid, Caps(per_run_usd=Decimal("0.000001")))
    app.app_settings.set_caps(Caps(per_run_usd=Decimal(5)))
    databases.main.set_own_prices({"lab/m": price("100")})
    with pytest.raises(CapExceededError, match="Your administrator's per-run cap is"):
        app.asking().start_question(Question("Why?"), PRICED)


def test_the_lower_of_two_caps_holds(databases, administration, ada):
    app = databases.of(ada)
    administration.set_caps(ada.uid, Caps(per_run_usd=Decimal(5)))
    app.app_settings.set_caps(CAP)
    databases.main.set_own_prices({"lab/m": price("100")})
    with pytest.raises(CapExceededError, match="Your per-run cap is") as refused:
        app.asking().start_question(Question("Why?"), PRICED)
    assert "Settings" in refused.value.advice


def test_deleting_everything_lifts_no_cap(databases, administration, ada):
    app = databases.of(ada)
    databases.main.set_own_prices({"lab/m": price("100")})
    begun = app.asking().start_question(Question("Why?"), PRICED)
    eventually(lambda: not app.live.get(begun.run_uid))
    spent = app.ledger.spent("month").cost
    assert spent.usd > 0
    administration.set_caps(ada.uid, Caps(per_month_usd=spent.usd))
    app.data_files.erase(with_copies=True)
    assert app.history.uids() == []
    assert app.ledger.spent("month").cost == spent
    with pytest.raises(CapExceededError, match="administrator's monthly cap"):
        app.asking().start_question(Question("Why?"), PRICED)


def price(usd):
    from moa_core.settings import OwnPrice

    return OwnPrice(input_usd_per_mtok=Decimal(usd), output_usd_per_mtok=Decimal(usd))


def test_prices_hold_for_everybody(databases, ada, root):
    databases.of(root).set_own_prices({"lab/m": price("3")})
    assert databases.of(ada).app_settings.own_prices() == {"lab/m": price("3")}
    databases.of(ada).set_own_prices({"lab/m": price("4")})  # an administrator, say
    assert databases.main.app_settings.own_prices() == {"lab/m": price("4")}


def test_a_person_is_removed_with_all_that_was_theirs(
    databases, administration, settings, ada, bob, asked_long
):
    app = databases.of(ada)
    run = asked_long(app)
    path, copy = app.database.path, app.data_files.back_up()
    administration.remove(ada.uid)
    assert run.state.status == "stopped"
    assert not copy.exists()
    assert [each for each in path.parent.rglob("*") if ada.uid in each.name] == []
    with pytest.raises(NotFoundError):
        databases.of(ada)
    assert not path.exists()
    again = databases.people.signed_in("proxy:ada", "ada", "user")
    assert databases.of(again).history.uids() == []


def test_the_owner_of_the_main_database_is_not_removed(administration, root):
    with pytest.raises(ConfigError, match="The main database is root's"):
        administration.remove(root.uid)


def test_a_damaged_database_is_removed_too(databases, administration, ada):
    path = databases.of(ada).database.path
    databases.close_one(ada.uid)
    path.write_text("no database at all, but a text that is long enough " * 40)
    administration.remove(ada.uid)
    assert not path.exists()


def test_a_key_opens_the_database_of_the_person_it_names(databases, ada, bob):
    key, secret = databases.of(ada).api_keys.create("mine")
    assert secret.startswith(f"poly-{ada.uid}-")
    found = databases.find(ada.uid)
    assert found is databases.of(ada)
    assert found.api_keys.find(secret).uid == key.uid
    for app in (databases.main, databases.of(bob)):
        assert app.api_keys.find(secret) is None


def test_no_key_opens_anything_for_a_blocked_person(databases, ada, root):
    assert databases.find("") is databases.main
    for person in (ada, root):
        databases.people.block(person.uid)
    assert [databases.find(uid) for uid in (ada.uid, "", "0" * 32)] == [None] * 3


def test_the_first_administrator_brings_along_what_was_theirs(settings):
    databases = OpenDatabases(build_services(settings))
    try:
        early = databases.people.signed_in("proxy:eve", "eve", "user")
        here = ask(databases.main).conversation_uid
        before = ask(databases.of(early)).conversation_uid
        path = databases.of(early).database.path
        eve = databases.people.signed_in("proxy:eve", "eve", "administrator")
        app = databases.of(eve)
        assert app is databases.main
        assert set(app.history.uids()) == {here, before}
        assert not path.exists()
    finally:
        databases.close()
