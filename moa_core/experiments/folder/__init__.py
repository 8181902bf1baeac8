"""Keeps an experiment in a folder of files, for a terminal without a database."""

from moa_core.experiments.folder.experiment_folder import ExperimentFolder

__all__ = ["ExperimentFolder"]
