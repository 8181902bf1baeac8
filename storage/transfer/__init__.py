"""Exports and imports conversations and settings."""

from storage.transfer.export import export_lines, export_to
from storage.transfer.importer import ImportReport, import_file, import_from
from storage.transfer.training_data import training_lines
from storage.transfer.write_whole import write_whole

__all__ = [
    "ImportReport", "export_lines", "export_to", "import_file",
    "import_from", "training_lines", "write_whole",
]  # fmt: skip
