"""`python -m bench [NAME ...]`: measures; the last line is one JSON object."""

import argparse
import json
import os
import time

from bench import (
    api,
    auto,
    caching,
    engine,
    estimate,
    page,
    provenance,
    rendering,
    start,
)
from bench.batch import kills, rates, ray
from bench.browser import chat, view
from bench.figures import Figures, missed, rounded, say
from bench.pace import fast_start, waiting
from bench.pages import evaluation, history, spend

MEASUREMENTS = {
    "start": start.measure_start,
    "engine": engine.measure_engine,
    "stop": engine.measure_stop,
    "page": page.measure_page,
    "crowd": page.measure_crowd,
    "api": api.measure_api,
    "view": view.measure_view,
    "chat": chat.measure_chat,
    "history": history.measure_history,
    "spend": spend.measure_spend,
    "estimate": estimate.measure_estimate,
    "auto": auto.measure_auto,
    "batch": lambda: {**kills.measure_kills(), **rates.measure_rates()},
    "batch_ray": ray.measure_ray,
    "caching": caching.measure_caching,
    "evaluation": evaluation.measure_evaluation,
    "provenance": provenance.measure_provenance,
    "rendering": rendering.measure_rendering,
    "pace": waiting.measure_waiting,
    "fast_start": fast_start.measure_fast_start,
}


def main() -> None:
    """Run the measurements that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS)
    )
    names = parser.parse_args().names or list(MEASUREMENTS)
    if unknown := set(names) - set(MEASUREMENTS):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}")
    figures: Figures = {}
    began_s = time.monotonic()
    for name in names:
        figures |= rounded(MEASUREMENTS[name]())
    for line in missed(figures):
        say(f"missed: {line}")
    say(f"measured in {time.monotonic() - began_s:.0f} s on {os.cpu_count()} cores")
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
