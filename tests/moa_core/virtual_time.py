"""An event loop whose clock jumps to the next timer: minutes pass in no time."""

import asyncio
import selectors


class _Jumping(selectors.DefaultSelector):
    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._jump = _Jumping()
        super().__init__(self._jump)

    def time(self):
        return self._jump.now


def in_virtual_time(coroutine):
    """Run ``coroutine`` to its end; only its timers move the clock."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(coroutine)
