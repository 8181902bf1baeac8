"""Draws a conversation: its questions and answers, the composer and the sidebar."""
