import re
from decimal import Decimal
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.settings import (
    DEFAULT_DATABASE_URL,
    LOCAL_SERVERS,
    OPENAI_URL,
    TOGETHER_URL,
    Deadlines,
    EndpointSettings,
    Settings,
)

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / ".env.example"
SECRET = "sk-very-secret-0123456789"
VARIABLES = sorted(set(re.findall(r"^#? *([A-Z_]+)=", EXAMPLE.read_text(), re.M)))
KEYS = {"OPENAI_API_KEY", "TOGETHER_API_KEY", "DATABASE_URL"}


def settings(**environ):
    return Settings.from_mapping(environ)


def endpoint(name, **environ):
    return next(e for e in settings(**environ).endpoints if e.name == name)


def refused(variable, value):
    with pytest.raises(ConfigError, match=f"^{variable}: ") as caught:
        settings(**{variable: value})
    return str(caught.value)


def test_without_any_variable_everything_has_a_value():
    assert settings() == Settings(
        endpoints=(
            EndpointSettings(
                name="openai",
                kind="openai",
                base_url=OPENAI_URL,
                key_variable="OPENAI_API_KEY",
            ),
            EndpointSettings(
                name="together",
                kind="together",
                base_url=TOGETHER_URL,
                key_variable="TOGETHER_API_KEY",
            ),
        ),
        database_url=DEFAULT_DATABASE_URL,
    )


def test_an_empty_variable_is_an_absent_one():
    blank = dict.fromkeys(VARIABLES, "  ")
    assert Settings.from_mapping(blank) == settings()


def test_the_example_file_changes_nothing():
    given_ = {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}
    assert Settings.from_mapping(given_) == settings()


def test_the_examples_in_the_comments_of_the_example_file_are_understood():
    commented = re.findall(r'^# ([A-Z_]+)="(.*)"$', EXAMPLE.read_text(), re.M)
    assert len(commented) == 3
    read = Settings.from_mapping(dict(commented))
    assert [e.name for e in read.endpoints[2:]] == ["groq", "lab"]
    assert set(read.prices) == {"lab/my-model", "openai/gpt-4o"}
    assert read.slots == {"ollama": 2, "lab": 8}


@given(st.sampled_from(VARIABLES), st.text(max_size=30))
def test_any_value_is_understood_or_refused_by_the_name_of_its_variable(name, value):
    said = complaint(name, value)
    assert said is None or (name not in KEYS and said.startswith(f"{name}: "))


def complaint(name, value):
    try:
        Settings.from_mapping({name: value})
    except ConfigError as error:
        return str(error)
    return None


def test_keys_go_to_their_endpoints():
    named = "groq=https://api.groq.com/openai/v1;my-lab=http://localhost:9/v1"
    read = settings(
        OPENAI_API_KEY="a",
        TOGETHER_API_KEY=" b ",
        POLYPHONY_ENDPOINTS=named,
        GROQ_API_KEY="c",
        MY_LAB_API_KEY="d",
    )
    assert [e.api_key for e in read.endpoints] == ["a", "b", "c", "d"]
    assert read.endpoints[3].key_variable == "MY_LAB_API_KEY"
    assert [e.needs_key for e in read.endpoints] == [True, True, False, False]


def test_a_key_is_never_printed():
    read = settings(
        OPENAI_API_KEY=SECRET,
        LAB_API_KEY=SECRET,
        POLYPHONY_ENDPOINTS="lab=http://localhost:8000/v1",
        DATABASE_URL=f"postgresql://me:{SECRET}@host/db",
    )
    assert SECRET not in repr(read)
    assert SECRET not in str(read.endpoints)
    assert SECRET in read.database_url


def test_addresses_lose_what_the_adapters_add():
    assert endpoint("openai", OPENAI_BASE_URL="http://h/v1/").base_url == "http://h/v1"
    together = endpoint("together", TOGETHER_BASE_URL="https://h:81/v1/")
    assert together.base_url == "https://h:81"


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "TOGETHER_BASE_URL"])
@pytest.mark.parametrize(
    "url",
    [
        "api.openai.com/v1",
        "ftp://host/v1",
        "http://",
        "http:///v1",
        "http://host:port/v1",
        "http://host:99999/v1",
        "http://host:0/v1",
        "http://[::1/v1",
        "http://ho st/v1",
        "http://ho\nst/v1",
        "http://host/\x07",
    ],
)
def test_what_is_no_address_is_refused(variable, url):
    assert "http://localhost:8000/v1" in refused(variable, url)


@pytest.mark.parametrize(
    "url",
    [
        f"https://me:{SECRET}@host/v1",
        f"https://{SECRET}@host/v1",
        f"https://host/v1?key={SECRET}",
        f"https://host/v1#{SECRET}",
    ],
)
def test_a_key_in_an_address_is_refused_without_repeating_it(url):
    assert SECRET not in refused("OPENAI_BASE_URL", url)
    assert SECRET not in refused("POLYPHONY_ENDPOINTS", f"lab={url}")
    assert SECRET not in refused("POLYPHONY_ENDPOINTS", url)


def test_a_local_server_may_have_another_address():
    ollama = endpoint("ollama", POLYPHONY_ENDPOINTS="ollama=http://nas:11434/v1")
    assert ollama.kind == "local"
    assert "ollama" in LOCAL_SERVERS
    assert not ollama.needs_key


@pytest.mark.parametrize(
    "entries",
    ["lab", "lab=", "=http://h/v1", "a b=http://h/v1", "a/b=http://h/v1", "-=http://h"],
)
def test_half_an_endpoint_is_refused_with_an_example(entries):
    assert "lab=http://localhost:8000/v1" in refused("POLYPHONY_ENDPOINTS", entries)


@pytest.mark.parametrize("name", ["openai", "together", "simulated", "lab"])
def test_a_name_is_given_once(name):
    entries = f"lab=http://h/v1; {name}=http://h/v1;"
    assert repr(name) in refused("POLYPHONY_ENDPOINTS", entries)


def test_without_a_limit_of_the_users_own_deadlines_go_by_the_situation():
    own = settings().deadlines
    assert (own.first_token_s, own.idle_s, own.call_s) == (None, None, None)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.1.4/v1", True),
        ("http://172.17.0.1:11434/v1", True),
        ("http://100.64.0.3/v1", True),
        ("http://localhost:1234/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://host.docker.internal:11434/v1", True),
        ("http://my-mac.local:1234/v1", True),
        ("https://api.groq.com/openai/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://[2606:4700::1111]/v1", False),
    ],
)
def test_a_server_is_local_by_its_address(url, local):
    read = settings(POLYPHONY_ENDPOINTS=f"lab={url}", OPENAI_BASE_URL=url)
    assert [read.endpoints[0].is_local, read.endpoints[2].is_local] == [local, local]


def test_slots_are_set_for_one_server_or_for_all():
    assert settings(POLYPHONY_SLOTS="lab=4; 2").slots == {"lab": 4, "": 2}


@pytest.mark.parametrize("value", ["lab", "lab=0", "lab=-1", "lab=x", "=", "1.5"])
def test_slots_are_counts(value):
    assert "endpoint=number" in refused("POLYPHONY_SLOTS", value)


def test_deadlines_are_seconds():
    read = settings(
        POLYPHONY_FIRST_TOKEN_S="1.5", POLYPHONY_IDLE_S="2", POLYPHONY_CALL_S="1e2"
    )
    assert read.deadlines == Deadlines(first_token_s=1.5, idle_s=2, call_s=100)


@pytest.mark.parametrize(
    "variable", ["POLYPHONY_FIRST_TOKEN_S", "POLYPHONY_IDLE_S", "POLYPHONY_CALL_S"]
)
@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "inf", "1e999", "30s"])
def test_a_deadline_is_a_positive_finite_number(variable, value):
    assert "seconds" in refused(variable, value)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "9" * 5000, "²"])
def test_a_limit_of_calls_is_a_whole_number_of_at_least_one(value):
    assert "whole number" in refused("POLYPHONY_CONCURRENT_CALLS", value)


def test_the_limit_of_calls_is_read():
    assert settings(POLYPHONY_CONCURRENT_CALLS="8").concurrent_calls == 8


@pytest.mark.parametrize(
    ("value", "on"), [("on", True), ("1", True), ("OFF", False), ("no", False)]
)
def test_the_search_for_local_servers_is_switched(value, on):
    assert settings(POLYPHONY_LOCAL_SERVERS=value).probe_local is on


def test_a_switch_is_on_or_off():
    assert "on or off" in refused("POLYPHONY_LOCAL_SERVERS", "perhaps")


@pytest.mark.parametrize(("value", "pace"), [("0", 0), ("0.0", 0), ("2.5", 2.5)])
def test_simulated_models_have_a_pace(value, pace):
    assert settings(POLYPHONY_SIMULATED_PACE=value).simulated_pace == pace


@pytest.mark.parametrize("value", ["-1", "fast", "nan", "inf"])
def test_any_other_pace_is_refused(value):
    assert "0 for no waiting" in refused("POLYPHONY_SIMULATED_PACE", value)


def test_prices_are_read_exactly_and_by_reference():
    given_ = " lab/org/model = 0.10/0.40 ;openai/gpt-4o=2.50/10; sim/a?ttft=.3=0/1;"
    prices = settings(POLYPHONY_PRICES=given_).prices
    assert list(prices) == ["lab/org/model", "openai/gpt-4o", "sim/a?ttft=.3"]
    assert prices["lab/org/model"].input_usd_per_mtok == Decimal("0.10")
    assert prices["openai/gpt-4o"].output_usd_per_mtok == 10


@pytest.mark.parametrize(
    "entry",
    [
        "lab/m",
        "lab/m=1",
        "lab/m=1/2/3",
        "lab/m=a/b",
        "lab/m=-1/2",
        "lab/m=nan/1",
        "lab/m=snan/1",
        "lab/m=1/inf",
        "lab/m=1/1e99",
        "m=1/2",
        "/m=1/2",
        "lab/=1/2",
    ],
)
def test_what_is_no_price_is_refused_with_an_example(entry):
    assert "lab/my-model=0.10/0.40" in refused("POLYPHONY_PRICES", entry)


def test_an_address_with_a_question_mark_is_told_as_that():
    """Azure's older addresses have one; nobody put a password into them."""
    with pytest.raises(ConfigError, match=r"OPENAI_BASE_URL: leave out what follows"):
        Settings.from_mapping({"OPENAI_BASE_URL": "http://lab.test/v1?api-version=1"})
