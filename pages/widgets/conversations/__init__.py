"""Lists, searches and exports conversations."""
