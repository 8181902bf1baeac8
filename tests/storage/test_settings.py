"""Settings come back as they were set; what is no amount is refused in words."""

from decimal import Decimal

import pytest

from moa_core.errors import ConfigError
from moa_core.settings import OwnPrice
from storage.database.sessions import Database
from storage.settings import NO_CAPS, AppSettings, Caps, check_setting

DIME = Decimal("0.10")


@pytest.fixture
def app_settings(database) -> AppSettings:
    return AppSettings(database)


def price(input_usd="0.1", output_usd="0.4") -> OwnPrice:
    return OwnPrice(
        input_usd_per_mtok=Decimal(input_usd), output_usd_per_mtok=Decimal(output_usd)
    )


def test_at_first_nothing_is_capped_and_no_price_is_set(app_settings):
    assert app_settings.caps() == NO_CAPS
    assert not NO_CAPS.any
    assert app_settings.own_prices() == {}


@pytest.mark.parametrize(
    "caps",
    [
        Caps(per_run_usd=DIME),
        Caps(per_day_usd=Decimal(0), per_month_usd=Decimal("1E-9")),
        Caps(per_month_usd=Decimal(1_000_000), allow_unknown=True),
        NO_CAPS,
    ],
)
def test_caps_survive_a_restart_exactly(app_settings, url, caps):
    app_settings.set_caps(Caps(per_run_usd=Decimal(7), allow_unknown=True))
    app_settings.set_caps(caps)
    again = Database.open(url)
    try:
        assert AppSettings(again).caps() == caps
    finally:
        again.close()


@pytest.mark.parametrize("usd", ["-0.01", "NaN", "sNaN", "Infinity", "1000000.01"])
@pytest.mark.parametrize("name", ["per_run_usd", "per_day_usd", "per_month_usd"])
def test_an_impossible_cap_cannot_be_built(name, usd):
    with pytest.raises(ConfigError, match="A cap must be 0 to 1,000,000 dollars"):
        Caps(**{name: Decimal(usd)})


def test_a_float_is_no_amount():
    with pytest.raises(ConfigError):
        Caps(per_run_usd=0.1)


def test_prices_come_back_exactly(app_settings):
    prices = {
        "lab/my-model": price("0.000000001", "1000000"),
        "lab/org/model:free": price("0", "0"),
    }
    app_settings.set_own_prices(prices)
    assert app_settings.own_prices() == prices
    app_settings.set_own_prices({})
    assert app_settings.own_prices() == {}


@pytest.mark.parametrize(
    ("ref", "amounts", "words"),
    [
        ("my-model", ("1", "1"), "is not a model"),
        ("lab/", ("1", "1"), "is not a model"),
        ("/model", ("1", "1"), "is not a model"),
        ("lab/a\nb", ("1", "1"), "is not a model"),
        ("lab/" + "x" * 400, ("1", "1"), "is not a model"),
        ("lab/model", ("-1", "1"), "a price must be 0 to"),
        ("lab/model", ("1", "NaN"), "a price must be 0 to"),
        ("lab/model", ("1e30", "1"), "a price must be 0 to"),
    ],
)
def test_a_wrong_price_is_refused_and_changes_nothing(
    app_settings, ref, amounts, words
):
    app_settings.set_own_prices({"lab/model": price()})
    with pytest.raises(ConfigError, match=words):
        app_settings.set_own_prices({"lab/other": price(), ref: price(*amounts)})
    assert app_settings.own_prices() == {"lab/model": price()}


def test_prices_without_end_are_refused(app_settings):
    with pytest.raises(ConfigError, match="at most"):
        app_settings.set_own_prices({f"lab/{i}": price() for i in range(1001)})


def test_offers_that_were_declined_add_up(app_settings):
    assert app_settings.declined_offers() == frozenset()
    app_settings.decline_offers(["openai"])
    app_settings.decline_offers(["ollama", "openai"])
    assert app_settings.declined_offers() == {"ollama", "openai"}


@pytest.mark.parametrize("value", ["openai", [1], {"openai": True}, None])
def test_a_setting_of_another_kind_is_not_taken_from_a_file(value):
    with pytest.raises(ConfigError):
        check_setting("declined_offers", value)
    check_setting("declined_offers", ["openai"])


def test_how_models_continue_a_text_adds_up(app_settings):
    app_settings.keep_continuations({"lab/a": "trailing"})
    app_settings.keep_continuations({"lab/b": "turns", "lab/a": "prefix"})
    assert app_settings.continuations() == {"lab/a": "prefix", "lab/b": "turns"}
    with pytest.raises(ConfigError):
        check_setting("continuations", {"lab/a": "by magic"})
