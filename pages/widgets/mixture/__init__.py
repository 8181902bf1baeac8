"""Edits mixtures and presets."""
