"""Reruns parts of a finished run, and shows the versions of an answer."""
