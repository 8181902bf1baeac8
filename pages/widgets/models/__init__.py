"""Shows endpoints and models, and tests a connection."""
