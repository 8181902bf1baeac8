"""`python -m bench.pace`: how soon an answer begins, on exact and on real models.

It starts the servers that it needs: models of exact paces, and a real llama.cpp with
SmolLM2-135M, where `python -m services.demo_models --install-only` has put one. On two
quiet cores it takes less than ten minutes.
"""

import argparse
import json
import os

from bench.figures import Figures, rounded, say
from bench.pace.fast_start import compare_at_a_pace, compare_really
from services.demo_models.install import installed
from services.demo_models.server import MODEL, DemoServer

CONTEXT_TOKENS = 4096


def main() -> None:
    """Measure what was asked for; the last line is one JSON object of medians."""
    parser = argparse.ArgumentParser(prog="python -m bench.pace", description=__doc__)
    parser.add_argument("--draws", type=int, default=12, help="of exact paces")
    parser.add_argument("--pairs", type=int, default=6, help="on llama.cpp; 0: none")
    parser.add_argument("--chunk-tokens", type=int, default=32, metavar="N")
    options = parser.parse_args()
    figures: Figures = {}
    if options.pairs:
        figures |= _compare_on_llama(options.pairs, options.chunk_tokens)
    for compared in compare_at_a_pace(options.draws, options.chunk_tokens):
        figures |= rounded(compared.figures())
    print(json.dumps(figures), flush=True)


def _compare_on_llama(pairs: int, chunk_tokens: int) -> Figures:
    there = installed()
    if there is None:
        say("no llama.cpp: python -m services.demo_models --install-only")
        return {}
    threads = os.cpu_count() or 1
    server = DemoServer(there, context_tokens=CONTEXT_TOKENS, threads=threads)
    try:
        server.wait_until_loaded()
        compared = compare_really(server.base_url, MODEL, pairs, chunk_tokens)
        return rounded(compared.figures())
    finally:
        server.stop()


if __name__ == "__main__":
    main()
