"""Turns the failures of model servers and SDKs into our errors."""
