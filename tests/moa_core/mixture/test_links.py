"""A link carries a whole mixture, and opens nothing that a file would not."""

import base64
import json
import re
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.files import MAX_FILE_BYTES
from moa_core.mixture.json_form import config_to_dict
from moa_core.mixture.links import (
    LONGEST_LINK,
    decode_mixture,
    encode_mixture,
    is_encoded,
    linked_mixture,
)
from moa_core.mixture.shipped import PRESETS, mixture_from_refs
from tests.moa_core.generated_presets import configs
from tests.profiles import examples

OWN = mixture_from_refs(("lab/a", "lab/b"), aggregator="lab/c")


def packed(data, form="m1."):
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    code = base64.urlsafe_b64encode(zlib.compress(text)).decode().rstrip("=")
    return form + code


@examples(0.6)
@given(configs)
def test_any_mixture_comes_back_from_its_link_as_it_was(config):
    link = encode_mixture(config)
    assert decode_mixture(link) == linked_mixture(link) == config
    assert re.fullmatch(r"[A-Za-z0-9._-]+", link)
    assert is_encoded(link)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_what_ships_is_linked_by_its_name_or_whole_in_a_short_link(preset):
    assert linked_mixture(preset.name) == preset.config
    assert linked_mixture(encode_mixture(preset.config)) == preset.config
    assert len(encode_mixture(preset.config)) < 500
    assert not is_encoded(preset.name)


def test_the_largest_mixture_fits_into_a_link():
    agents = [
        AgentSpec(endpoint="together", model=f"maker-{i}/Some-Model-{i * 7}B-Instruct")
        for i in range(12)
    ]
    layers = tuple(Layer((*agents[i:], *agents[:i])) for i in range(8))
    full = MoAConfig(layers=layers, aggregator=agents[0])
    assert len(encode_mixture(full)) < 1000
    assert decode_mixture(encode_mixture(full)) == full


def test_prompts_that_are_too_long_for_a_link_are_told_so():
    long = "".join(chr(33 + (i * i * 7919 + i) % 9000) for i in range(20_000))
    agent = replace(OWN.aggregator, system_prompt=long)
    with pytest.raises(ConfigError, match="too long for a link"):
        encode_mixture(replace(OWN, aggregator=agent))


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("", "The link can't be used: it is incomplete or changed"),
        ("simulated", "The link can't be used: it is incomplete or changed"),
        ("m1.", "The link can't be used: it is incomplete or changed"),
        ("m1.AAAA", "The link can't be used: it is incomplete or changed"),
        ("m1.A", "The link can't be used: it is incomplete or changed"),
        ("m1.!!!!", "The link can't be used: it is incomplete or changed"),
        ("m1.ÄÖ", "The link can't be used: it is incomplete or changed"),
        (
            encode_mixture(OWN)[:-6],
            "The link can't be used: it is incomplete or changed",
        ),
        (
            encode_mixture(OWN) + "AAAA",
            "The link can't be used: it is incomplete or changed",
        ),
        ("m1." + "A" * LONGEST_LINK, "The link can't be used: it is too long"),
        (
            packed(config_to_dict(OWN), "m2."),
            "The link can't be used: it is from a newer Polyphony",
        ),
        (packed(b"[" * 50_000), "The link can't be used: file: nested too deeply"),
        (
            packed(b" " * (MAX_FILE_BYTES * 20)),
            "The link can't be used: it holds more than a mixture",
        ),
        (packed([]), "The link can't be used: file: expected fields, got a list"),
        (packed({}), "The link can't be used: version: this field is missing"),
        (
            packed(config_to_dict(OWN) | {"x": 1}),
            "The link can't be used: x: this field is unknown",
        ),
        (
            packed(config_to_dict(OWN) | {"layers": [{"proposers": []}]}),
            r"The link can't be used: layers\[0\].proposers: A layer needs 1 to 12",
        ),
        (
            packed({"version": 1, "aggregator": {"endpoint": "a", "model": "b"}}),
            "The link can't be used: layers: this field is missing",
        ),
    ],
)
def test_a_link_that_cannot_be_used_says_why(link, message):
    with pytest.raises(ConfigError, match=f"^{message}"):
        decode_mixture(link)


def test_an_unknown_name_is_told():
    with pytest.raises(ConfigError, match="no preset of that name"):
        linked_mixture("nobody")
    with pytest.raises(ConfigError, match="incomplete or changed"):
        linked_mixture("m1.broken")


def test_a_mixture_with_unknown_endpoints_is_still_a_mixture():
    strange = mixture_from_refs(("nowhere/a",), aggregator="elsewhere/b")
    assert decode_mixture(encode_mixture(strange)) == strange


@given(st.text() | st.from_regex(r"m1\.[A-Za-z0-9_-]{0,80}", fullmatch=True))
def test_no_text_in_an_address_does_more_than_fail(text):
    with pytest.raises(ConfigError):
        decode_mixture(text)


@given(st.binary(max_size=300))
def test_nothing_that_was_packed_does_more_than_fail(text):
    with pytest.raises(ConfigError):
        decode_mixture(packed(text))
