"""Converts money, times and texts to what the database stores."""
