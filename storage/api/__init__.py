"""Stores the keys that programs ask with, and finds what they asked before."""

from storage.api.api_keys import ApiKey, ApiKeys, Expose

__all__ = ["ApiKey", "ApiKeys", "Expose"]
