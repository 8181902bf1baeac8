"""Defines votes and fits a scoreboard to them."""
