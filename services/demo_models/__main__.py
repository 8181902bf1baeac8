"""Runs `python -m services.demo_models`, as `polyphony demo-models` does."""

import sys

from services.demo_models.command import main

if __name__ == "__main__":
    sys.exit(main(None, "python -m services.demo_models"))
