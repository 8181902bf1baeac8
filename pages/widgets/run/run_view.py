"""Draws a run, live or stored: its layers side by side, then the synthesis.

Everything is placed once; ``update`` then redraws only what has changed, so following a
live run and showing a stored one are the same code.
"""

from moa_core.run import RunState
from moa_core.usage import Cost
from pages.widgets.run.answer_view import AnswerView
from pages.widgets.run.layer_view import LayerView
from pages.widgets.run.run_tools import NoTools, RunTools

_NO_TOOLS = NoTools()


class RunView:
    """One run on the page.

    Args:
        uid: The run's id; names its widgets.
        state: What is known of it.
        expected: What it was thought to cost, at least and at most.
        tools: What can be done to it; nothing by default.
    """

    def __init__(
        self,
        uid: str,
        state: RunState,
        expected: tuple[Cost, Cost] | None = None,
        tools: RunTools = _NO_TOOLS,
    ) -> None:
        self._layers = [LayerView(uid, state, layer, tools) for layer in state.layers]
        self._answer = AnswerView(uid, state, expected, tools)

    def update(self, now_s: float, *, layers: bool = True) -> None:
        """Redraw what has changed.

        Args:
            now_s: Run time, for headers that count seconds.
            layers: Whether to look at the layers too, not just at the synthesis.
        """
        if layers:
            for layer in self._layers:
                layer.update(now_s)
        self._answer.update()
