"""Compares the texts of a run: side by side, by similarity and by source."""
