"""Records runs while they are under way."""
