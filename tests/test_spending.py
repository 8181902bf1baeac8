"""Caps and prices, end to end: real calls, a real database, the app's own wiring."""

import shutil
import threading
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.errors import CapExceededError, CapReachedError, CostUnknownError
from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs
from moa_core.plan import rework_plan
from moa_core.plan.estimate import estimate
from moa_core.run.rework import FULL_RUN
from moa_core.settings import OwnPrice, Settings
from services import build_services
from storage.runs.answers import AnswerRef
from storage.settings import Caps
from tests.model_server import Play

CONFIG = mixture_from_refs(("lab/a", "lab/b"), aggregator="lab/chief")
FREE = OwnPrice(input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(0))
DEAR = OwnPrice(input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(1_000_000))
CALL_USD = 7
"""What one call costs at that price: the server reports seven tokens out."""


def settings(tmp_path, model_server, **more) -> Settings:
    return Settings.from_mapping(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/polyphony.db",
            "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SIMULATED_PACE": "0",
            **more,
        }
    )


@pytest.fixture
def app(tmp_path, model_server, new_file):
    shutil.copy(new_file, tmp_path / "polyphony.db")
    services = build_services(settings(tmp_path, model_server))
    yield services
    services.close()


def priced(app, price=DEAR) -> None:
    app.set_own_prices({f"lab/{model}": price for model in ("a", "b", "chief")})


def ended(app, run_uid: str):
    ends = time.monotonic() + 10
    while app.live.get(run_uid):
        assert time.monotonic() < ends, "the run never ended"
        time.sleep(0.01)
    return app.runs.load(run_uid)


def test_a_cap_refuses_before_the_first_call_and_nothing_is_stored(app, model_server):
    priced(app)
    app.app_settings.set_caps(Caps(per_run_usd=Decimal(20)))
    with pytest.raises(CapExceededError, match="per-run cap"):
        app.asking().start_question(Question("Why?"), CONFIG)
    assert app.history.newest() == []
    assert model_server.calls == []


def test_a_run_at_its_cap_stops_and_keeps_what_it_has(app, model_server):
    """The estimate was far too low, so that only the cap is left to stop it."""
    priced(app)
    too_low = estimate(DEFAULT_PRESET.config, (), app.prices)
    app.app_settings.set_caps(Caps(per_day_usd=Decimal(2 * CALL_USD)))
    begun = app.asking().start_question(
        Question("Why?"),
        CONFIG,
        estimate=lambda _: too_low,
        preset_name="Two and a chief",
    )
    run = ended(app, begun.run_uid)
    assert isinstance(run.state.error, CapReachedError)
    assert [seat.status for seat in run.state.seats] == [
        "succeeded",
        "succeeded",
        "pending",
    ]
    assert run.state.cost.usd == 2 * CALL_USD
    assert run.preset_name == "Two and a chief"
    assert len(model_server.calls) == 2
    spent = app.ledger.spent("day")
    assert (spent.cost.usd, spent.reserved_usd) == (2 * CALL_USD, 0)
    with pytest.raises(CapExceededError, match="is used up"):
        app.asking().start_question(Question("And now?"), CONFIG)


def test_an_unknown_price_is_refused_under_a_cap_until_it_is_entered(app):
    app.app_settings.set_caps(Caps(per_month_usd=Decimal(1)))
    with pytest.raises(CostUnknownError):
        app.asking().start_question(Question("Why?"), CONFIG)
    priced(app, FREE)
    run = ended(app, app.asking().start_question(Question("Why?"), CONFIG).run_uid)
    assert run.state.status == "succeeded"
    assert run.state.cost.total_usd == 0


def test_simulated_models_run_under_the_smallest_cap(app):
    app.app_settings.set_caps(Caps(per_run_usd=Decimal(0), per_day_usd=Decimal(0)))
    run = ended(
        app,
        app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config).run_uid,
    )
    assert run.state.status == "succeeded"


def test_the_estimate_of_the_real_prompts_is_kept_with_the_run(app):
    priced(app, OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2)))
    first = app.asking().start_question(Question("Why?"), CONFIG)
    ended(app, first.run_uid)
    second = app.asking().start_question(
        Question("And?" * 500), CONFIG, conversation_uid=first.conversation_uid
    )
    kept = ended(app, second.run_uid).estimate
    made = estimate(CONFIG, second.messages, app.prices)
    assert (kept.low, kept.high) == (made.low, made.high)


class ChoosesMeanwhile:
    """Prices for one session; at the first look, another one begins to choose."""

    def __init__(self, app, choose):
        self._app = app
        self._others = threading.Thread(target=choose)

    def price_of(self, *model):
        if not self._others.ident:
            self._others.start()
            self._others.join(0.5)  # it can, or has to wait for the transaction
        return self._app.prices.price_of(*model)

    def cached_share_of(self, *model):
        return self._app.prices.cached_share_of(*model)


@pytest.mark.parametrize("rework", [False, True])
def test_what_is_sent_is_what_was_priced_though_another_session_chooses(
    app, model_server, rework
):
    priced(app, OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2)))
    model_server.plays["a"] = Play(pieces=("word ",) * 5000)
    first = app.asking().start_question(Question("Why?"), CONFIG)
    ended(app, first.run_uid)
    proposal = AnswerRef(first.run_uid, Seat(0, 0))
    choosing = ChoosesMeanwhile(
        app, lambda: app.conversations.choose(first.turn_uid, proposal)
    )
    asking = replace(app.asking(), prices=choosing)
    if rework:
        plan = rework_plan.resynthesise(app.runs.load(first.run_uid).state)
        begun = asking.start_rework(first.run_uid, plan)
        config, reused = plan.config, plan.rework
    else:
        begun = asking.start_question(
            Question("And?"), CONFIG, conversation_uid=first.conversation_uid
        )
        config, reused = CONFIG, FULL_RUN
    reserved = ended(app, begun.run_uid).estimate
    sent = estimate(config, begun.messages, app.prices, reused)
    assert (reserved.low, reserved.high) == (sent.low, sent.high)


def test_a_price_from_the_page_wins_over_the_environment_and_is_kept(
    tmp_path, model_server, new_file
):
    shutil.copy(new_file, tmp_path / "polyphony.db")
    given = settings(tmp_path, model_server, POLYPHONY_PRICES="lab/a=1/1;lab/b=2/2")
    for _ in range(2):
        app = build_services(given)
        try:
            app.set_own_prices({"lab/a": DEAR})
            found = [app.prices.price_of("lab", model) for model in ("a", "b")]
        finally:
            app.close()
    assert [price.output_usd_per_mtok for price in found] == [1_000_000, 2]
