"""Runs mixtures: calls their agents layer by layer, within limits."""
