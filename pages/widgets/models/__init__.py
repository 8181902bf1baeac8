"""Shows endpoints and models, and tests a connection."""

from pages.widgets.models.endpoint_test import endpoint_test
from pages.widgets.models.endpoints import (
    ADD_ENDPOINT,
    endpoint_list,
    model_refs,
    models_are_coming,
    session_keys,
)
from pages.widgets.models.model_facts import ModelFacts
from pages.widgets.models.tiny_models import tiny_models

__all__ = [
    "ADD_ENDPOINT", "ModelFacts", "endpoint_list", "endpoint_test", "model_refs",
    "models_are_coming", "session_keys", "tiny_models",
]  # fmt: skip
