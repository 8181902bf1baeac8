"""Stores presets and the mixtures that runs were made with."""
