"""Begins what is asked question by question: experiments and runs of benchmarks."""

from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.experiments import Design
from moa_core.messages import Question
from storage.conversations import begin_conversation
from storage.schema import ConversationRow, ExperimentRow
from storage.values import clean


def refuse_other_count(protocol: Design, asked: int) -> None:
    """Refuse questions that are not as many as the protocol says.

    Raises:
        ConfigError: They are more, or fewer.
    """
    if asked != protocol.questions:
        raise ConfigError(
            f"The protocol has {protocol.questions:,} questions, and these are "
            f"{asked:,}."
        )


def add_experiment(
    session: Session,
    title: str,
    protocol: Design,
    now: int,
    benchmark: str | None = None,
) -> ConversationRow:
    """Add an experiment without questions, at rest.

    Args:
        session: That writes.
        title: What it is called.
        protocol: What will be done.
        now: Milliseconds of the database's clock.
        benchmark: Whose run it is; ``None`` for an experiment.
    """
    name = Question(clean(title))
    conversation = begin_conversation(session, "experiment", name, now)
    session.add(
        ExperimentRow(
            conversation_id=conversation.id,
            protocol=protocol.to_dict(),
            sha256=protocol.sha256,
            state="paused",
            benchmark=benchmark,
        )
    )
    return conversation
