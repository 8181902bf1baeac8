"""Fills a database with generated conversations, to measure what size costs."""
