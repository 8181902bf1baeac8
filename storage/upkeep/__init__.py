"""Backs up the database, and deletes what is no longer kept."""
