"""Stores the keys that programs ask with, and finds what they asked before."""

from storage.api.api_keys import (
    LONGEST_KEY_NAME,
    ApiKey,
    ApiKeys,
    Expose,
    key_with_uid,
    person_of_secret,
)
from storage.api.asked_before import ApiQuestion, answered_before, place_of
from storage.api.writer_requests import keep_writer_request, writer_request_of

__all__ = [
    "LONGEST_KEY_NAME", "ApiKey", "ApiKeys", "ApiQuestion", "Expose", "answered_before",
    "keep_writer_request", "key_with_uid", "person_of_secret", "place_of",
    "writer_request_of",
]  # fmt: skip
