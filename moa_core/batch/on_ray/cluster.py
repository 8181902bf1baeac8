"""Starts Ray on this machine, or joins a cluster; leaves nothing running."""

import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import moa_core
from moa_core.errors import ConfigError
from moa_core.text import one_line

RAY_HERE: Final = "local"
NAMESPACE: Final = "polyphony"
_STORE_BYTES: Final = 128 << 20
_QUIET: Final = ("ray", "ray.data")


@contextmanager
def cluster(address: str, workers: int) -> Iterator[None]:
    """A connection to Ray; what was started on this machine is ended with it.

    Args:
        address: Of a cluster, as ``ray.init`` takes it; ``RAY_HERE``: one of our own,
            for nobody but this process.
        workers: How many one of our own has room for.

    Raises:
        ConfigError: Ray is not installed, or there is no cluster at that address.
    """
    here = address == RAY_HERE
    folder = Path(tempfile.mkdtemp(prefix="polyphony-ray-")) if here else None
    with _environment(here):
        ray = imported_ray()
        options: dict[str, Any] = {}
        if folder:
            options |= {
                "num_cpus": workers,
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
                "_temp_dir": str(folder),
            }
        try:
            _connect(address, options)
            yield
        finally:
            ray.shutdown()
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def _connect(address: str, options: Mapping[str, Any]) -> None:
    ray = imported_ray()
    try:
        ray.init(
            address=address,
            namespace=NAMESPACE,
            log_to_driver=False,
            logging_level=logging.ERROR,
            **options,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(f"--ray {address}: {one_line(str(error), 300)}") from None
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def imported_ray() -> Any:  # noqa: ANN401 - it has no types where it is missing
    """Ray, which is an extra.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        import ray
        import ray.data
    except ImportError:
        raise ConfigError(
            "--ray needs Ray, which is not installed: pip install 'polyphony[ray]'."
        ) from None
    return ray


@contextmanager
def _environment(here: bool) -> Iterator[None]:
    """What Ray reads from the environment when it is imported or started.

    One of our own takes calls only from who knows its token, which is in no file.
    """
    before = dict(os.environ)
    values = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
    if here:
        code = str(Path(moa_core.__file__).parents[1])
        paths = [code, *filter(None, [before.get("PYTHONPATH")])]
        values |= {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_worker_niceness": "0",
            "RAY_gcs_rpc_server_reconnect_timeout_s": "10",  # then its agents give up
            "PYTHONPATH": os.pathsep.join(paths),
        }
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]
        os.environ.update({name: before[name] for name in values if name in before})
