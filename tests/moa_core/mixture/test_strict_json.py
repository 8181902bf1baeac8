"""JSON of others takes little more memory than its text, and is refused in words."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.mixture.strict_json import MAX_DEPTH, JsonObject, parse_strict
from tests.profiles import examples

MB = 1024 * 1024
MOST_TIMES = 20

BOMBS = {
    "lists": b"[" + b"[]," * 300_000 + b"[]]",
    "objects": b"[" + b"{}," * 300_000 + b"{}]",
    "numbers": b"[" + b"1," * 300_000 + b"1]",
    "texts": b"[" + b'"ab",' * 300_000 + b"1]",
    "fields": b"{" + b'"a":1,' * 300_000 + b'"b":2}',
    "as many as there may be": b"[" + b"[]     ," * 120_000 + b"[]]",
    "behind a text": b'["' + b"a" * MB + b'",' + b"[]," * 300_000 + b"[]]",
    "never closed": b"[" + b'[],\\"' * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_values_take_memory_by_the_size_of_their_text(name):
    text = BOMBS[name]
    tracemalloc.start()
    try:
        with suppress(ConfigError):
            parse_strict(text, 64 * MB)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MOST_TIMES * len(text)


def test_signs_in_texts_do_not_count():
    text = '["' + "[1,{" * 100_000 + "\\\\" + '\\"",[[1]]]'
    read = parse_strict(text, MB)
    assert isinstance(read, list)
    assert (len(read[0]), read[1:]) == (400_002, [[[1]]])


def test_brackets_within_brackets_have_a_limit():
    within = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    parse_strict(f"[{within[1:-1]}]", MB)
    parse_strict(f"[{','.join([within[1:-1]] * 20)}]", MB)
    for deep in (f"[{within}]", '{"a":' * 101 + "1" + "}" * 101):
        with pytest.raises(ConfigError, match="nested too deeply"):
            parse_strict(deep, MB)


def test_a_field_that_stands_twice_is_found_among_many():
    fields = ",".join(f'"{number:08}":{number}' for number in range(60_000))
    found = parse_strict("{" + fields + ',"00059999":1}', 2 * MB)
    assert isinstance(found, JsonObject)
    assert found.twice == "00059999"


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 5000])
def test_numbers_that_cannot_be_kept_are_refused(number):
    with pytest.raises(ConfigError, match="number"):
        parse_strict(f"[{number}]", MB)


@examples(0.5)
@given(st.text() | st.binary())
def test_any_text_is_read_or_refused(text):
    with suppress(ConfigError):
        parse_strict(text, MB)
