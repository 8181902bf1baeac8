"""Measures batches, in processes of their own against model servers."""
