"""Answers without a key: simulated models that write about the question."""
