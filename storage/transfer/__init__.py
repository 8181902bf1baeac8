"""Exports and imports conversations and settings."""
