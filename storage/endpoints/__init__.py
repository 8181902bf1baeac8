"""Remembers endpoints and keys on this machine: in the system's keyring or a file."""

from storage.endpoints.endpoint_store import EndpointStore, KeyPlace

__all__ = ["EndpointStore", "KeyPlace"]
