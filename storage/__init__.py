"""Stores conversations, runs, presets and votes; takes and gives domain values."""
