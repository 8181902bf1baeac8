"""Shows endpoints and models, takes keys, and tests connections."""

from pages.widgets.models.add_endpoint import add_endpoint
from pages.widgets.models.endpoint_cards import endpoint_cards
from pages.widgets.models.endpoints import (
    ADD_ENDPOINT,
    follow_models,
    known_models,
    model_refs,
    models_are_coming,
    session_keys,
)
from pages.widgets.models.key_form import EndpointActions
from pages.widgets.models.model_facts import ModelFacts
from pages.widgets.models.tiny_models import tiny_models

__all__ = [
    "ADD_ENDPOINT", "EndpointActions", "ModelFacts", "add_endpoint",
    "endpoint_cards", "follow_models", "known_models", "model_refs",
    "models_are_coming", "session_keys", "tiny_models",
]  # fmt: skip
