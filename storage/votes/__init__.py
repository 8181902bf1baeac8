"""Stores votes on answers, with what those answers had cost."""
