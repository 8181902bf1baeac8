"""Titles by a model, end to end: real calls, a real database, the app's own wiring."""

import io
import shutil
import threading
from decimal import Decimal

import pytest

from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs
from moa_core.settings import OwnPrice, Settings
from services import build_services
from storage.database.sessions import Database
from storage.settings import Caps
from storage.spending.amounts import CallFilter
from tests.model_server import Play
from tests.storage.rollup import difference
from tests.support.waiting import eventually

CONFIG = mixture_from_refs(("lab/cheap",), aggregator="lab/dear")
QUESTION = Question("Why is the sky blue?")
TITLE_USD = Decimal("0.000007")
"""Seven tokens at a dollar a million."""


def price(usd: str) -> OwnPrice:
    return OwnPrice(input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(usd))


@pytest.fixture
def settings(tmp_path, model_server, new_file):
    shutil.copy(new_file, tmp_path / "polyphony.db")
    return Settings.from_mapping(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/polyphony.db",
            "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SIMULATED_PACE": "0",
            "POLYPHONY_TITLES": "model",
        }
    )


def built(settings):
    services = build_services(settings)
    services.set_own_prices({"lab/cheap": price("1"), "lab/dear": price("50")})
    return services


@pytest.fixture
def app(settings):
    services = built(settings)
    yield services
    services.close()


@pytest.fixture
def held(model_server):
    """The aggregator waits with its last piece until this is set."""
    held = threading.Event()
    model_server.plays["dear"] = Play(pieces=("Because", "."), held_until=held)
    yield held
    held.set()


def ask(app, config=CONFIG, **more):
    return app.asking().start_question(QUESTION, config, **more)


def settled(app, begun) -> str:
    """The chat's title, once nothing of it is under way."""
    eventually(lambda: not app.live.get(begun.run_uid))
    eventually(lambda: not app.titles.is_due(begun.conversation_uid))
    return app.conversations.load(begun.conversation_uid).title


def title_spend(app):
    return app.spend.breakdown().of(CallFilter(role="title"))


def sums_are_right(settings) -> bool:
    database = Database.open(settings.database_url)
    with database.reading() as session:
        wrong = difference(session)
    database.close()
    return wrong == 0


def test_the_cheapest_model_writes_the_title_after_the_answer(
    app, settings, model_server
):
    model_server.plays["cheap"] = Play(pieces=('**Title:** "Blue ', 'skies."\n'))
    begun = ask(app)
    assert settled(app, begun) == "Blue skies"
    *_, answer, title = model_server.calls
    assert answer.body["model"] == "dear"
    assert title.body["model"] == "cheap"
    assert "Why is the sky blue?" in title.body["messages"][-1]["content"]
    run = app.runs.load(begun.run_uid)
    assert [call.role for call in run.state.calls] == ["proposer", "aggregator"]
    spent = title_spend(app)
    assert (spent.calls, spent.cost.usd) == (1, TITLE_USD)
    [listed] = app.history.newest()
    assert listed.cost.usd == run.state.cost.usd + TITLE_USD
    assert app.ledger.spent("day").cost == listed.cost
    assert sums_are_right(settings)


def test_a_title_leaves_its_chat_where_it_stands_in_the_list(app, model_server, held):
    begun = ask(app)
    model_server.wait_until_asked(2)
    titling = threading.Event()
    model_server.plays["cheap"] = Play(pieces=("Blue", " skies"), held_until=titling)
    held.set()
    model_server.wait_until_asked(3)
    before = app.history.newest()[0].updated_at
    later = app.runs.begin(Question("Later?"), CONFIG).conversation_uid
    titling.set()
    assert settled(app, begun) == "Blue skies"
    assert [each.uid for each in app.history.newest()] == [
        later,
        begun.conversation_uid,
    ]
    assert app.history.newest()[1].updated_at == before


def test_a_title_given_by_hand_is_never_overwritten(app, model_server, held):
    begun = ask(app)
    model_server.wait_until_asked(2)
    titling = threading.Event()
    model_server.plays["cheap"] = Play(pieces=("Blue", " skies"), held_until=titling)
    held.set()
    model_server.wait_until_asked(3)
    app.conversations.rename(begun.conversation_uid, "Mine")
    titling.set()
    assert settled(app, begun) == "Mine"
    assert title_spend(app).calls == 1


def test_a_chat_that_has_a_title_is_not_asked_for_one(app, model_server, held):
    begun = ask(app)
    model_server.wait_until_asked(2)
    app.conversations.rename(begun.conversation_uid, "Mine")
    held.set()
    assert settled(app, begun) == "Mine"
    assert len(model_server.calls) == 2


def test_only_the_first_answer_is_titled(app, model_server):
    model_server.plays["cheap"] = Play(pieces=("***",))
    begun = ask(app)
    assert settled(app, begun) == "Why is the sky blue?"
    again = ask(app, conversation_uid=begun.conversation_uid)
    settled(app, again)
    assert len(model_server.calls) == 3 + 2


def test_a_model_whose_price_nobody_knows_is_not_the_cheapest(app, model_server):
    app.set_own_prices({"lab/dear": price("50")})
    model_server.plays["dear"] = Play(pieces=("Blue skies",))
    assert settled(app, ask(app)) == "Blue skies"
    assert [call.body["model"] for call in model_server.calls] == [
        "cheap", "dear", "dear",
    ]  # fmt: skip
    app.set_own_prices({})
    assert settled(app, ask(app)) == "Why is the sky blue?"
    assert len(model_server.calls) == 3 + 2


def test_a_model_that_failed_is_not_asked(app, model_server):
    model_server.plays["cheap"] = Play(status=401)
    model_server.plays["dear"] = Play(pieces=("Blue skies",))
    config = mixture_from_refs(("lab/cheap", "lab/dear"), aggregator="lab/dear")
    assert settled(app, ask(app, config)) == "Blue skies"


def test_the_cap_of_a_run_holds_for_its_title_too(app, model_server):
    app.app_settings.set_caps(Caps(per_run_usd=Decimal("0.2")))
    model_server.plays["dear"] = Play(usage={"completion_tokens": 3999})  # $0.19995
    begun = ask(app)
    assert settled(app, begun) == "Why is the sky blue?"
    assert app.runs.load(begun.run_uid).state.status == "succeeded"
    assert len(model_server.calls) == 2
    assert title_spend(app).calls == 0


def test_a_call_that_fails_is_billed_and_the_question_stays(
    app, settings, model_server, held
):
    begun = ask(app)
    model_server.wait_until_asked(2)
    model_server.plays["cheap"] = Play(status=500, body={"error": "down"})
    held.set()
    assert settled(app, begun) == "Why is the sky blue?"
    assert title_spend(app).calls == 3  # with the attempts that policies make
    assert title_spend(app).cost.usd == 0
    assert sums_are_right(settings)


def test_a_crash_in_the_middle_leaves_the_question_and_the_most_it_can_cost(
    settings, model_server, held
):
    app = built(settings)
    begun = ask(app)
    model_server.wait_until_asked(2)
    model_server.plays["cheap"] = Play(headers_after_s=3600)
    held.set()
    model_server.wait_until_asked(3)
    app.close()
    del model_server.plays["cheap"]
    again = build_services(settings)
    try:
        assert settled(again, begun) == "Why is the sky blue?"
        spent = title_spend(again)
        assert (spent.calls, spent.cost.usd) == (1, Decimal("0.000064"))
        follow_up = ask(again, conversation_uid=begun.conversation_uid)
        settled(again, follow_up)
        assert title_spend(again).calls == 1
        assert sums_are_right(settings)
    finally:
        again.close()


def test_a_local_server_answers_the_next_question_before_a_title(
    app, model_server, held
):
    begun = ask(app)
    model_server.wait_until_asked(2)
    model_server.plays["cheap"] = Play(headers_after_s=3600)
    held.set()
    model_server.wait_until_asked(3)
    del model_server.plays["cheap"], model_server.plays["dear"]
    ask(app)
    model_server.wait_until_dropped()
    assert settled(app, begun) == "Why is the sky blue?"


def test_nobody_is_asked_for_a_title_unless_that_is_chosen(app, model_server):
    app.app_settings.set_titles("question")
    assert settled(app, ask(app)) == "Why is the sky blue?"
    assert len(model_server.calls) == 2


def test_simulated_models_title_for_nothing(app):
    begun = ask(app, DEFAULT_PRESET.config)
    assert settled(app, begun) == "Sky blue"
    assert title_spend(app).cost.usd == 0


def test_a_title_travels_with_its_chat_and_goes_with_it(app, settings, model_server):
    model_server.plays["cheap"] = Play(pieces=("Blue skies",))
    begun = ask(app)
    settled(app, begun)
    exported = app.data_files.export_json(begun.conversation_uid).encode()
    app.conversations.delete(begun.conversation_uid)
    app.retention.empty_bin()
    assert title_spend(app).calls == 0
    app.data_files.import_json(io.BytesIO(exported), "chat.jsonl")
    assert app.conversations.load(begun.conversation_uid).title == "Blue skies"
    app.spend.catch_up()
    assert title_spend(app).cost.usd == TITLE_USD
    assert sums_are_right(settings)
