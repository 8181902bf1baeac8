"""Renders untrusted Markdown safely, complete or still being written."""
