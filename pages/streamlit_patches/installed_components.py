"""Keeps Streamlit from looking for components in all installed packages at its start.

It reads the metadata of every package, several times over: 0.25 s of CPU with 147 of
them, before it takes the first visitor. Polyphony has none but its own, which
``pages.component`` declares itself. No Streamlit issue is known (searched 2026-11).
"""

from streamlit.components.v2 import manifest_scanner


def find_no_installed_components() -> None:
    """Let Streamlit find none, from now on in this process."""
    manifest_scanner.scan_component_manifests = lambda max_workers=None: []
