import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.text import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Fast", "Fast"),
        ("  two\n\nlines\t", "two lines"),
        ("a\u2028b\x1b[31mc\x00", "a b [31mc"),
        ("right\u202eto left\u202c", "right to left"),
        ("half \ud83d a face", "half a face"),
        ("", ""),
        ("\u200b\u200d\n", ""),
        ("Ärger & 完 <b>`*", "Ärger & 完 <b>`*"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(text, line):
    assert one_line(text, 40) == line


@given(st.text(), st.integers(1, 60))
def test_a_line_is_short_safe_and_stays_as_it_is(text, longest):
    line = one_line(text, longest)
    assert len(line) <= longest
    assert line.isprintable() or "\u200c" in line or "\u200d" in line or " " in line
    assert line == line.strip()
    assert one_line(line, longest) == line
    assert len(line.splitlines()) <= 1
    line.encode()
