"""Edits caps, prices and retention, and exports and imports data."""
