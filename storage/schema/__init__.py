"""Defines the tables and the search index."""
