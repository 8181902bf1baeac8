"""Opens up a finished run: its calls, its timeline, its layers and its prompts."""

from pages.widgets.run.run_line import run_line

__all__ = ["run_line"]
