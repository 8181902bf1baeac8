"""Measures the modes of a mixture's pace against today's engine, on the same draws."""
