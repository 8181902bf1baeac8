"""Draws a run: layers, answer, timeline and prompts, live or stored."""
