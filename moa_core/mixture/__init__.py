"""Describes mixtures and presets, and reads and writes them as JSON."""
