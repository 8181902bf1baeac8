"""All that keeps the beat does so at the same moments."""

import pytest

from moa_core.run import BEAT_S, TOLD_S, next_beat_s


@pytest.mark.parametrize("now_s", [0.0, 0.049, 17.3, 86_400.017])
def test_all_wake_at_one_moment(now_s):
    beat_s = now_s + next_beat_s(now_s)
    assert 0.0 < beat_s - now_s < BEAT_S + 0.0011
    late_s = now_s + BEAT_S / 3  # of another loop, which begins to wait later
    assert (late_s + next_beat_s(late_s)) % BEAT_S == pytest.approx(beat_s % BEAT_S)


def test_pages_are_told_right_after_what_was_read():
    told_s = 12.3 + next_beat_s(12.3, TOLD_S)
    assert told_s % BEAT_S == pytest.approx(TOLD_S)
