"""A loop whose clock jumps to the next timer: waits take no time, and are exact."""

import asyncio
import selectors


class _Jumping(selectors.DefaultSelector):
    def __init__(self):
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready and timeout:
            self.now_s += timeout
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._clock = _Jumping()
        super().__init__(self._clock)

    def time(self):
        return self._clock.now_s


def run_virtually(work):
    """What ``work``, a coroutine, returns."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(work)


def stall(seconds):
    """Let time pass in which the loop does nothing, as when the machine is busy."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _VirtualLoop)
    loop._clock.now_s += seconds
