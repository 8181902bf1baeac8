"""Keeps the tiny models of this process: installs, starts and stops them."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from moa_core.errors import MoAError
from moa_core.settings import LOCAL_SERVERS, TINY, EndpointSettings
from services.demo_models.install import (
    DOWNLOAD_MB,
    DemoCancelledError,
    DemoModelsError,
    install,
    installed,
)
from services.demo_models.server import DemoServer, is_free

DemoPhase = Literal["off", "downloading", "unpacking", "loading", "ready", "failed"]

_log = logging.getLogger(__name__)
_STOPS_S = 10.0
_BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class DemoState:
    """What the tiny models are doing.

    Attributes:
        downloaded_mb: Of ``DOWNLOAD_MB``, while they are downloaded.
        error: Why they failed.
    """

    phase: DemoPhase = "off"
    downloaded_mb: int = 0
    error: MoAError | None = None

    @property
    def under_way(self) -> bool:
        """Whether it will change by itself."""
        return self.phase in ("downloading", "unpacking", "loading")


class DemoModels:
    """The tiny models of this process, one server for all its visitors.

    Args:
        announce: Takes the endpoint once it answers, and nothing when it is gone;
            called in a thread of this object.
    """

    def __init__(self, announce: Callable[..., None]) -> None:
        self._announce = announce
        self._state = DemoState()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._worker: threading.Thread | None = None

    @property
    def state(self) -> DemoState:
        """What they are doing now."""
        return self._state

    def start(self) -> None:
        """Install them if need be and start them; returns at once."""
        with self._lock:
            if self._worker and self._worker.is_alive():
                return
            self._cancelled = threading.Event()
            self._state = DemoState("loading" if installed() else "downloading")
            self._worker = threading.Thread(
                target=self._work, args=(self._cancelled,), name="tiny models"
            )
            self._worker.start()

    def stop(self) -> None:
        """Stop them, or cancel what is under way; returns when it has ended."""
        with self._lock:
            self._cancelled.set()
            worker = self._worker
        if worker:
            worker.join(_STOPS_S)

    def _work(self, cancelled: threading.Event) -> None:
        """Install, serve and wait until cancelled, or until the server ends."""
        try:
            self._serve(cancelled)
        except DemoCancelledError:
            self._state = DemoState()
        except MoAError as error:
            self._state = DemoState("failed", error=error)
        except Exception:  # noqa: BLE001 - a thread has nobody to raise it to
            _log.exception("the tiny models could not be started")
            surprise = DemoModelsError("The tiny models failed.", "The log says why.")
            self._state = DemoState("failed", error=surprise)

    def _serve(self, cancelled: threading.Event) -> None:
        there = install(self._note_progress, cancelled)
        self._state = DemoState("loading")
        usual = LOCAL_SERVERS[TINY]
        server = DemoServer(there, usual if is_free(usual) else None)
        try:
            server.wait_until_loaded(cancelled)
            endpoint = EndpointSettings(
                name=TINY, kind="local", base_url=server.base_url, origin="found"
            )
            self._announce(endpoint)
            self._state = DemoState("ready")
            while not cancelled.wait(1.0):
                if not server.running:
                    raise DemoModelsError("llama.cpp has ended.", "Start it again.")
        finally:
            server.stop()
            self._announce()
        self._state = DemoState()

    def _note_progress(self, arrived: int) -> None:
        downloaded_mb = arrived // _BYTES_PER_MB
        self._state = (
            DemoState("downloading", downloaded_mb)
            if downloaded_mb < DOWNLOAD_MB
            else DemoState("unpacking", DOWNLOAD_MB)
        )
