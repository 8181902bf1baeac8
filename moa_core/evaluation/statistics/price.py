"""Weighs quality against cost: the price of a net win, and the Pareto front."""

from collections.abc import Mapping


def price_of_a_net_win(
    ours: float | None, theirs: float | None, wins: int, losses: int, n: int
) -> float | None:
    """What is paid more for every question more that is won than lost.

    Args:
        ours: Mean cost of the evaluated answer; dollars, or seconds. ``None``: unknown.
        theirs: The same for the answer that it is compared with.
        wins: Questions that the evaluated answer won.
        losses: Questions that it lost.
        n: All compared questions, ties included.

    Returns:
        In the unit of the costs; negative if the better answer is the cheaper one.
        ``None`` if it does not win more often than it loses, or a cost is unknown.
    """
    if wins <= losses or ours is None or theirs is None:
        return None
    return (ours - theirs) * n / (wins - losses)


def best_for_the_price(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The Pareto front of (cost, quality), cheapest first, then by name.

    On it is who is dominated by nobody: nobody else costs no more and is at least as
    good, and differs in one of the two. Leave out before whose cost is unknown.
    """
    front: list[str] = []
    best = -float("inf")  # quality of all that cost less
    by_cost = sorted(points, key=lambda name: (points[name][0], -points[name][1], name))
    for name in by_cost:
        cost, quality = points[name]
        equal = bool(front) and points[front[-1]] == (cost, quality)
        if quality > best or equal:
            front.append(name)
            best = quality
    return front
