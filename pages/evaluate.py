"""The page of experiments: does mixing help on one's own questions?"""

from pages.widgets.evaluate import (
    NEW,
    experiment_list,
    experiment_view,
    new_experiment,
    opened_experiment,
)
from pages.widgets.layout import readable
from pages.widgets.mixture import available_presets
from pages.widgets.models import model_refs, session_keys
from services import services

app = services()
endpoints = app.endpoints_for(session_keys())
asking = app.asking(session_keys())
uid = opened_experiment()

readable("title").title("Evaluate", anchor=False)
if uid is None:
    with readable("experiments"):
        experiment_list(app.experimenting)
elif uid == NEW:
    choices = available_presets(app.presets, endpoints)
    with readable("new-experiment"):
        new_experiment(app.experimenting, asking, choices, model_refs(endpoints))
else:
    experiment_view(app.experimenting, app.conversations, asking, uid)
