"""Serves a model with llama.cpp; runs as a script in a process of its own.

Ends when its standard input does: at the latest when the program is gone that began it.
"""

import argparse
import os
import sys
import threading


def _end_with_parent() -> None:
    while os.read(0, 1024):  # a buffered reader's lock would trouble a failing exit
        pass
    os._exit(0)


def main() -> None:
    """Serve until the end of the standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--alias", required=True)
    for name in ("--port", "--slots", "--context-tokens", "--threads"):
        parser.add_argument(name, type=int, required=True)
    options = parser.parse_args()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path.insert(0, options.packages)
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.hostnames, params.port = ["127.0.0.1"], options.port
    params.cors_origins = f"http://127.0.0.1:{options.port}"  # no page may ask it
    params.model_alias = {options.alias}
    params.n_parallel = options.slots
    params.n_ctx = options.slots * options.context_tokens
    params.cpuparams.n_threads = options.threads
    params.use_jinja = True
    server = xllamacpp.Server(params)
    threading.Event().wait()
    del server


if __name__ == "__main__":
    main()
