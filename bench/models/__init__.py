"""Serves models at an exact pace, and the mixtures that use them."""
