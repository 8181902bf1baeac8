"""Compares texts: similarity, agreement, provenance and word differences."""
