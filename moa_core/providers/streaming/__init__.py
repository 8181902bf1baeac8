"""Streams answers from endpoints that speak the chat completions protocol."""
