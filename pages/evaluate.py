"""The page of experiments: does mixing help on one's own questions?"""

from functools import partial

from pages.widgets.evaluate import (
    NEW,
    Shelf,
    choose_models,
    experiment_list,
    experiment_view,
    new_experiment,
    opened_experiment,
)
from pages.widgets.layout import View, pick_view, readable
from pages.widgets.mixture import available_presets
from pages.widgets.models import model_refs, session_keys
from services import services
from services.choosing import Choosing

app = services()
endpoints = app.endpoints_for(session_keys())
asking = app.asking(session_keys())
uid = opened_experiment()

readable("title").title("Evaluate", anchor=False)
choices = partial(available_presets, app.presets, endpoints)
if uid is None:
    models = partial(
        choose_models, Choosing(app.database, app.votes), Shelf(app.presets, choices)
    )
    listed = partial(experiment_list, app.experimenting)
    pick_view(
        {
            "experiments": View(
                "Experiments", ":material/experiment:", listed, wide=False
            ),
            "models": View("Choose models", ":material/tune:", models, wide=False),
        }
    )
elif uid == NEW:
    with readable("new-experiment"):
        new_experiment(app.experimenting, asking, choices(), model_refs(endpoints))
else:
    experiment_view(app.experimenting, app.conversations, asking, uid)
