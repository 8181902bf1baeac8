"""A preset comes back from its file as it was; no file can do any harm."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Preset
from moa_core.mixture.files import (
    MAX_FILE_BYTES,
    config_from_json,
    preset_to_json,
    presets_from_json,
    presets_to_json,
)
from moa_core.mixture.prompts import REFERENCES, Prompts
from moa_core.mixture.shipped import PRESETS
from tests.moa_core.generated_presets import presets
from tests.profiles import examples

AGENT = AgentSpec(endpoint="lab", model="m")
OWN = Preset(
    name="own",
    title="My own",
    description="",
    config=MoAConfig(layers=(Layer((AGENT, AGENT)),), aggregator=AGENT),
)


def read_one(text):
    [preset] = presets_from_json(text).presets
    return preset


def read(text):
    """The presets in ``text``, or the error in words."""
    try:
        return presets_from_json(text).presets, ""
    except ConfigError as error:
        return (), str(error)


def with_value(place, value, preset=OWN):
    """The file of ``preset`` with one field changed, or taken away by ``...``."""
    data = json.loads(preset_to_json(preset))
    target = data
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    if value is ...:
        del target[place[-1]]
    return json.dumps(data)


@examples(0.6)
@given(presets)
def test_a_preset_comes_back_from_its_file_as_it_was(preset):
    text = preset_to_json(preset)
    imported = presets_from_json(text)
    assert imported.presets == (preset,)
    assert imported.notes == ()
    assert presets_from_json(text.encode()) == imported


@examples(0.2)
@given(st.lists(presets, min_size=1, max_size=3))
def test_many_presets_come_back_in_their_order(many):
    assert presets_from_json(presets_to_json(many)).presets == tuple(many)


def test_all_that_ships_fits_into_one_file():
    assert presets_from_json(presets_to_json(PRESETS)).presets == PRESETS


def test_the_largest_mixture_comes_back_and_one_seat_more_is_refused():
    full = replace(OWN.config, layers=(Layer((AGENT,) * 12),) * 8)
    text = preset_to_json(replace(OWN, config=full))
    assert read_one(text).config == full
    data = json.loads(text)
    layer = data["config"]["layers"][7]["proposers"]
    layer.append(layer[0])
    with pytest.raises(ConfigError, match=r"^config\.layers\[7\]\.proposers: .* 13"):
        presets_from_json(json.dumps(data))
    data = json.loads(text)
    data["config"]["layers"].append(data["config"]["layers"][0])
    with pytest.raises(ConfigError, match=r"^config\.layers: .* not 9"):
        presets_from_json(json.dumps(data))


def test_a_file_says_what_it_is_and_holds_the_prompts():
    own = Prompts(for_aggregator=f"Merge: {REFERENCES}")
    preset = replace(OWN, config=replace(OWN.config, prompts=own))
    data = json.loads(preset_to_json(preset))
    assert data["polyphony"] == 1
    assert (data["name"], data["title"]) == ("own", "My own")
    assert data["config"]["prompts"]["for_aggregator"] == "Merge: {references}"


def test_unknown_fields_are_kept_out_and_said():
    data = json.loads(presets_to_json([OWN, OWN]))
    data["author"] = "me"
    data["presets"][1]["config"]["layers"][0]["proposers"][1]["top_p"] = 0.9
    data["presets"][1]["config"]["judge\n\x1b[31m"] = {"deep": [1, {"x": 2}]}
    imported = presets_from_json(json.dumps(data))
    assert imported.presets == (OWN, OWN)
    assert imported.notes == (
        "author was ignored: this version doesn't support it.",
        "presets[1].config.judge [31m was ignored: this version doesn't support it.",
        "presets[1].config.layers[0].proposers[1].top_p was ignored: "
        "this version doesn't support it.",
    )


def test_a_thousand_unknown_fields_do_not_flood_the_page():
    data = json.loads(preset_to_json(OWN)) | {f"x{i}": i for i in range(1000)}
    notes = presets_from_json(json.dumps(data)).notes
    assert len(notes) == 21
    assert notes[-1] == "And 980 notes more."


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("two\nlines", "two lines"),
        ("\x1b[31mred\x00", "[31mred"),
        ("\u202eevil", "evil"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("完全 · Ä & 😀", "完全 · Ä & 😀"),
        ("half \ud83d", "half"),
        ("", "unnamed"),
        (" \n ", "unnamed"),
        ("long " * 99, ("long " * 99)[:79] + "…"),
    ],
)
def test_a_name_of_any_characters_becomes_one_safe_line(name, cleaned):
    imported = presets_from_json(with_value(["name"], name))
    assert imported.presets[0].name == cleaned
    if name not in ("", cleaned):
        assert imported.notes[0].startswith("name was cleaned; what is left is ")


def test_without_a_title_the_name_is_the_title():
    assert read_one(with_value(["title"], ...)).title == "own"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1, column 1: not JSON"),
        ("{", r"line 1, column 2: not JSON: Expecting property name"),
        ('{\n"polyphony": 1,\n}', r"line 3, column 1: not JSON"),
        (b"\xff\xfe{}", r"byte 1: not UTF-8 text"),
        ("[]", r'file: not a Polyphony preset file: the field "polyphony"'),
        ('{"name": "x"}', r"file: not a Polyphony preset file"),
        ("null", r"file: not a Polyphony preset"),
        ("NaN", r"file: NaN is not a number in JSON"),
        ("[" * 100_000, r"file: nested too deeply"),
        ('{"a":' * 40_000, r"file: nested too deeply"),
        ("9" * 5000, r"file: a number in it is too long"),
        (" " * (MAX_FILE_BYTES + 1), r"file: larger than 256 KB"),
        (with_value(["polyphony"], 2), r"polyphony: this file is from a newer"),
        (with_value(["polyphony"], 10**900), r"polyphony: this file is from a"),
        (with_value(["polyphony"], 0), r"polyphony: there is no form 0"),
        (with_value(["polyphony"], True), r"polyphony: expected a whole number"),
        (with_value(["polyphony"], 1.5), r"polyphony: expected a whole number"),
        (with_value(["presets"], []), r"presets: expected a list of 1 to 100"),
        (with_value(["presets"], [{}] * 101), r"presets: expected a list of 1 to 100"),
        (with_value(["presets"], {}), r"presets: expected a list"),
        (with_value(["presets"], [3]), r"presets\[0\]: expected fields, got a"),
        (with_value(["presets"], [{}]), r"presets\[0\]\.name: this field is missing"),
        (with_value(["name"], ...), r"name: this field is missing"),
        (with_value(["name"], 7), r"name: expected a text"),
        (with_value(["description"], ["a"]), r"description: expected a text"),
        (with_value(["version"], "1"), r"version: expected a whole number"),
        (with_value(["version"], -1), r"file: A preset's version is 1 to 9999"),
        (with_value(["config"], ...), r"config: this field is missing"),
        (with_value(["config"], []), r"config: expected fields, got a list"),
        (with_value(["config", "version"], 3), r"config\.version: .*newer Polyphony"),
        (with_value(["config", "layers"], 3), r"config\.layers: expected a list"),
        (
            with_value(["config", "layers", 0], None),
            r"config\.layers\[0\]: expected fi",
        ),
        (
            with_value(["config", "aggregator", "temperature"], 2.5),
            r"config\.aggregator\.temperature: Temperature must be 0 to 2, not 2\.5",
        ),
        (
            with_value(["config", "aggregator", "temperature"], 10**400),
            r"config\.aggregator\.temperature: this number is too large",
        ),
        (
            with_value(["config", "aggregator", "max_tokens"], 10**400),
            r"config\.aggregator\.max_tokens: Max tokens must be at most",
        ),
        (
            with_value(["config", "aggregator", "max_tokens"], {"a": 1}),
            r"config\.aggregator\.max_tokens: expected a whole number, got fields",
        ),
        (
            with_value(["config", "layers", 0, "proposers", 1, "model"], "a\nb"),
            r"config\.layers\[0\]\.proposers\[1\]\.model: a name has at most 200",
        ),
        (
            with_value(["config", "layers", 0, "proposers", 1, "model"], "a" * 201),
            r"config\.layers\[0\]\.proposers\[1\]\.model: a name has at most 200",
        ),
        (
            with_value(["config", "aggregator", "endpoint"], "\u202elab"),
            r"config\.aggregator\.endpoint: a name has at most",
        ),
        (
            with_value(["config", "aggregator", "system_prompt"], "a\0b"),
            r"config\.aggregator\.system_prompt: it contains a character that cannot",
        ),
        (
            with_value(["config", "prompts", "paper"], "half \ud83d {references}"),
            r"config\.prompts\.paper: it contains a character that cannot be stored",
        ),
        (
            with_value(["config", "prompts", "paper"], "nothing"),
            r"config\.prompts\.paper: A prompt must contain \{references\}",
        ),
        (
            with_value(["config", "prompts", "paper"], "{references} {user}"),
            r"config\.prompts\.paper: \{user\} is not a placeholder",
        ),
        (
            with_value(["config", "prompts", "placement"], "x\n" * 999),
            r"config\.prompts\.placement: Placement must be trailing or paper, not x x",
        ),
        (
            with_value(["config", "fallbacks"], [{"endpoint": "a", "model": "b"}] * 13),
            r"config\.fallbacks: at most 12",
        ),
        (
            preset_to_json(OWN).replace('"lab"', '"lab", "endpoint": "x"', 1),
            r"config\.layers\[0\]\.proposers\[0\]\.endpoint: this field appears twice",
        ),
        (
            preset_to_json(OWN).replace('"name"', '"name": "a", "name"', 1),
            r"name: this field appears twice",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong_and_where(text, message):
    with pytest.raises(ConfigError, match=f"^{message}") as told:
        presets_from_json(text)
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) <= 300


def test_an_infinite_temperature_is_refused():
    text = preset_to_json(OWN).replace("0.7", "1e999")
    with pytest.raises(ConfigError, match="temperature: Temperature must be 0 to 2"):
        presets_from_json(text)


def test_a_byte_order_mark_does_no_harm():
    assert read_one("\ufeff" + preset_to_json(OWN)) == OWN
    assert read_one(preset_to_json(OWN).encode("utf-8-sig")) == OWN


def test_a_text_with_half_a_character_can_still_be_written_in_utf_8():
    agent = replace(AGENT, system_prompt="half \ud83d")
    own = replace(OWN, config=replace(OWN.config, aggregator=agent))
    assert preset_to_json(own).encode()


def test_a_mixture_alone_is_read_strictly():
    data = json.loads(preset_to_json(OWN))["config"]
    assert config_from_json(json.dumps(data)) == OWN.config
    with pytest.raises(ConfigError, match=r"^seed: this field is unknown"):
        config_from_json(json.dumps(data | {"seed": 1}))
    with pytest.raises(ConfigError, match=r"^file: expected fields, got a list"):
        config_from_json("[]")
    odd = json.dumps(data | {"aggregator": {"endpoint": "a", "model": "\n"}})
    with pytest.raises(ConfigError, match=r"^aggregator\.model: a name has at most"):
        config_from_json(odd)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["short", "rank", "low", "{references}"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text() | st.sampled_from(["endpoint", "model", "proposers", "name"]),
            inner,
        )
    ),
    max_leaves=12,
)
PLACES = [
    ["polyphony"],
    ["presets"],
    ["name"],
    ["version"],
    ["config"],
    ["config", "version"],
    ["config", "layers"],
    ["config", "layers", 0],
    ["config", "layers", 0, "proposers"],
    ["config", "layers", 0, "proposers", 0],
    ["config", "layers", 0, "proposers", 0, "temperature"],
    ["config", "layers", 0, "proposers", 0, "max_tokens"],
    ["config", "layers", 0, "proposers", 0, "effort"],
    ["config", "prompts"],
    ["config", "prompts", "placement"],
    ["config", "length"],
    ["config", "method"],
    ["config", "fallbacks"],
]


@given(st.sampled_from(PLACES), values)
def test_whatever_stands_anywhere_gives_presets_or_one_line_of_error(place, value):
    presets, error = read(with_value(place, value))
    assert len(error.splitlines()) == (0 if presets else 1)
    if presets:
        assert presets_from_json(presets_to_json(presets)).notes == ()


@given(st.text() | st.binary())
def test_any_text_gives_one_line_of_error(text):
    with pytest.raises(ConfigError) as told:
        presets_from_json(text)
    assert len(str(told.value).splitlines()) == 1


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=3))
def test_a_damaged_file_never_does_more_than_fail(place, damage):
    data = preset_to_json(OWN).encode()
    place %= len(data)
    presets, error = read(data[:place] + damage + data[place + len(damage) :])
    assert len(error.splitlines()) == (0 if presets else 1)
