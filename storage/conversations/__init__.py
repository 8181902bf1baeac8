"""Stores conversations: their turns, branches and duels."""
