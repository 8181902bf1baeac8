import importlib.metadata
import importlib.util

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.component_manager import BidiComponentManager

from pages.streamlit_patches import find_no_installed_components


@pytest.fixture
def looked(monkeypatch):
    """How often a plain Streamlit lists the installed packages from now on."""
    spec = importlib.util.find_spec(manifest_scanner.__name__)
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    scan = plain.scan_component_manifests
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", scan)
    lists = []

    def distributions():
        lists.append("installed")
        return []

    monkeypatch.setattr(importlib.metadata, "distributions", distributions)
    return lists


def start():
    """What Streamlit's runtime does first."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)


def test_a_start_looks_at_no_installed_package(looked):
    find_no_installed_components()
    start()
    assert looked == []


def test_plain_streamlit_looks_at_all_of_them(looked):
    """If it fails, ``find_no_installed_components`` is no longer needed."""
    start()
    assert looked
