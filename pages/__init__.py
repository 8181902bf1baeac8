"""One module per page; what they share lives in ``widgets``."""
