"""Makes images what models can get: pixels alone, within bounds, as PNG or JPEG."""
