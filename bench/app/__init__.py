"""Runs the real app and visits it, as measurements need."""
