"""The page of evaluation: experiments on own questions, models, benchmarks, batches."""

from functools import partial

from moa_core.mixture import PRESETS
from moa_core.terminal import usable_first
from pages.account import my_services
from pages.widgets.batches import batch_list, batch_view, opened_batch
from pages.widgets.benchmarks import (
    NEW_BENCHMARK,
    benchmark_results,
    benchmark_view,
    new_benchmark,
    opened_benchmark,
)
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
from services.choosing import Choosing
from storage.batches import Batches

app = my_services()
endpoints = app.endpoints_for(session_keys())
asking = app.asking(session_keys())
uid, benchmark = opened_experiment(), opened_benchmark()

readable("title").title("Evaluate", anchor=False)
choices = partial(available_presets, app.presets, endpoints)
if benchmark == NEW_BENCHMARK:
    with readable("new-benchmark"):
        new_benchmark(app.experimenting, asking, choices(), model_refs(endpoints))
elif benchmark is not None:
    benchmark_view(app.experimenting, app.conversations, asking, benchmark)
elif uid == NEW:
    with readable("new-experiment"):
        new_experiment(app.experimenting, asking, choices(), model_refs(endpoints))
elif (batch := opened_batch()) is not None:
    batch_view(Batches(app.database), batch)
elif uid is not None:
    experiment_view(app.experimenting, app.conversations, asking, uid)
else:
    listed = partial(experiment_list, app.experimenting)
    models = partial(
        choose_models, Choosing(app.database, app.votes), Shelf(app.presets, choices)
    )
    results = partial(benchmark_results, app.experimenting)
    own = app.presets.default()
    batches = partial(
        batch_list,
        Batches(app.database),
        own.preset.name if own else usable_first(PRESETS, endpoints.infos())[0].name,
    )
    pick_view(
        {
            "experiments": View(
                "Experiments", ":material/experiment:", listed, wide=False
            ),
            "models": View("Choose models", ":material/tune:", models, wide=False),
            "benchmarks": View(
                "Benchmarks", ":material/leaderboard:", results, wide=False
            ),
            "batches": View("Batches", ":material/stacks:", batches, wide=False),
        }
    )
