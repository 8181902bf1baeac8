"""Follows runs as a browser does."""
