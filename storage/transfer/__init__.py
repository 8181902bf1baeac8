"""Exports and imports conversations and settings."""

from storage.transfer.export import export_lines, export_to, write_whole
from storage.transfer.importer import ImportReport, import_file, import_from
from storage.transfer.training_data import TrainingFormat, training_lines

__all__ = [
    "ImportReport", "TrainingFormat", "export_lines", "export_to", "import_file",
    "import_from", "training_lines", "write_whole",
]  # fmt: skip
