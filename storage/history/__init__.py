"""Lists and searches stored conversations."""
