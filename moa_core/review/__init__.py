"""Reads a finished run: its timeline, its replay, and the prompts that were sent."""
