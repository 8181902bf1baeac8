"""How long a server asks to wait, in all the spellings that servers have."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.errors.failure import Failure


def wait_s(body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Failure.from_response(429, body or {}, named).retry_after_s


@pytest.mark.parametrize(
    ("sentence", "seconds"),
    [
        ("Please try again in 3s.", 3),
        ("Please try again in 1m30s.", 90),
        ("Please try again in 7m12.345s. Visit https://x.y/limits", 432.345),
        ("Please try again in 59.999999999s.", 60),
        ("Please try again in 500ms.", 0.5),
        ("Please retry in 45.578569677s.", 45.578569677),
        ("Please retry after 20 seconds.", 20),
        ("Retry after 5", 5),
        ("Too many requests, wait 1 minute and 30 seconds", 90),
        ("Please wait 39000 seconds before retrying.", 39000),
        ("Your limit resets in 2h", 7200),
        ("Rate limited. Available again in 2 minutes.", 120),
        ("Try again 10 seconds later", 10),
        ("please try again after 1 seconds", 1),
        ("请在10秒后重试", 10),
        ("请求过多，请等待 2 分钟后重试", 120),
        ("Limit 3, Used 3, Requested 1. Please try again in 20s.", 20),
        ("We retry 3 times before we give up", None),
        ("Please try again later.", None),
        ("You exceeded 500 requests per 60 seconds", None),
        ("Try again with fewer than 8192 tokens", None),
    ],
)
def test_a_sentence_may_name_the_wait(sentence, seconds):
    wait = wait_s({"error": {"message": sentence}})
    assert wait == (pytest.approx(seconds) if seconds is not None else None)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"error": {"details": [{"retryDelay": "34s"}]}}, 34),
        ({"error": {"details": [{"retryDelay": "34.07s"}]}}, 34.07),
        ({"retry_after": 20}, 20),
        ({"retry_after": "20"}, 20),
        ({"retryAfter": 2.5}, 2.5),
        ({"retry_after_ms": 1500}, 1.5),
        ({"retry_after_seconds": 7}, 7),
        ({"error": "x is currently loading", "estimated_time": 20.0}, 20),
        ({"detail": {"retry_in": "5s"}}, 5),
        ({"retry_after": -3}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": float("nan")}, None),
        ({"retry_after": None}, None),
        ({"retry_after": True}, None),
    ],
)
def test_a_field_may_hold_the_wait(body, seconds):
    assert wait_s(body) == (pytest.approx(seconds) if seconds is not None else None)


A_DAY = 86_400


def soon():
    return datetime.now(UTC) + timedelta(seconds=A_DAY)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "7s"}, 7),
        ({"retry_after": "1m30s"}, 90),
        ({"retry_after": format_datetime(soon())}, A_DAY),
        ({"retry_after": soon().isoformat()}, A_DAY),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "inf"}, None),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"x_ratelimit_reset": "30"}, 30),
        ({"x_ratelimit_reset": f"{time.time() + A_DAY:.0f}"}, A_DAY),
        ({"x_ratelimit_reset": f"{(time.time() + A_DAY) * 1000:.0f}"}, A_DAY),
        ({"ratelimit_reset": "12"}, 12),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": "limit=5, remaining=0, reset=8"}, 8),
        (
            {
                "x_ratelimit_remaining_requests": "0",
                "x_ratelimit_reset_requests": "8.64s",
                "x_ratelimit_remaining_tokens": "5000",
                "x_ratelimit_reset_tokens": "6m0s",
            },
            8.64,
        ),
        (
            {
                "x_ratelimit_remaining_requests": "12",
                "x_ratelimit_reset_requests": "8.64s",
            },
            None,
        ),
        (
            {
                "anthropic_ratelimit_requests_remaining": "0",
                "anthropic_ratelimit_requests_reset": soon().isoformat(),
            },
            A_DAY,
        ),
        ({"x_ratelimit_limit_requests": "50"}, None),
    ],
)
def test_a_header_may_hold_the_wait(headers, seconds):
    # a moment is told from now: the table was made some time ago
    close = pytest.approx(seconds, abs=A_DAY / 4) if seconds == A_DAY else seconds
    assert wait_s(**headers) == close


def test_a_header_is_believed_before_a_sentence():
    assert wait_s({"error": {"message": "try again in 3s"}}, retry_after="9") == 9


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_makes_reading_a_wait_fail(sentence, value):
    wait = wait_s({"error": sentence, "retry_after": value}, retry_after=value)
    assert wait is None or wait >= 0
