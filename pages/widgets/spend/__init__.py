"""Shows what was spent, by time, model, preset and run."""
