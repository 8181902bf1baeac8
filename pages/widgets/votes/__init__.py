"""Runs duels, takes votes and shows the scoreboard."""
