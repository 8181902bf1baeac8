"""Measures what pages with many records cost."""
