"""Defines a run: its calls, events and state, and the controls of a user."""
