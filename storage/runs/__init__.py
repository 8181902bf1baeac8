"""Loads stored runs: their calls, errors, state and answers."""
