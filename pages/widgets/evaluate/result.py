"""Shows what an experiment has found: a sentence, its range, and what lies behind."""

import streamlit as st

from moa_core.experiments import Progress, combined_sentence, headline, result_of
from pages.widgets.markdown import plain_label
from services.experimenting import Experimenting
from storage.evaluation import StoredExperiment, votes_of


def experiment_result(
    experimenting: Experimenting, stored: StoredExperiment, progress: Progress
) -> None:
    """Draw the result of what is settled so far; nothing before the first answer."""
    if not progress.answers:
        return
    uid = stored.summary.uid
    votes = votes_of(experimenting.ballots.of(uid))
    found = result_of(stored.protocol, stored.items, progress, votes)
    sentence = headline(found)
    st.subheader(plain_label(sentence, limit=400), anchor=False)
    if together := combined_sentence(found):
        st.markdown(plain_label(together, limit=400))
    primary = found.primary
    experimenting.experiments.announce(
        uid,
        sentence,
        primary.rate,
        judged=primary.judged.tally.n,
        voted=primary.voted.alone.n,
    )
