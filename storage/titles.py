"""A conversation's first title: its first question, on one line, cut at a word."""

LONGEST = 60
UNTITLED = "New chat"


def title_of(question: str) -> str:
    """The beginning of ``question``, about 60 characters."""
    line = " ".join(question.split())
    if len(line) <= LONGEST:
        return line or UNTITLED
    cut = line[:LONGEST].rpartition(" ")[0]
    if len(cut) < LONGEST // 2:
        cut = line[: LONGEST - 1]
    return f"{cut.rstrip(' ,;:.')}…"
