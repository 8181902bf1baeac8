"""Measures Polyphony: `python -m bench`, or some of it: `python -m bench page`."""
