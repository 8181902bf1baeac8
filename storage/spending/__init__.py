"""Sums what calls have cost, and keeps spending within its caps."""
