"""Mixture-of-Agents without a user interface or a database."""
