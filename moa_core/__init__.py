"""Mixture-of-Agents without a user interface or a database."""

__version__ = "0.1.0"
