"""Shows runs and presets in a terminal, as text or as JSON lines."""
