"""Stores conversations, runs, presets and votes: domain values in, domain values out."""
