"""Nothing personal without a declaration (W-6)."""

import pytest
from django.apps import apps

from wijk.personal_data import REGISTER, TERMS, concrete_fields

OURS = {"wijk", "accounts", "neighbourhoods", "content"}
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_of_every_own_model_is_declared(model):
    assert model in REGISTER, f"{model._meta.label} has no declaration"
    declared = set(REGISTER[model].fields)
    assert concrete_fields(model) - declared == set(), "fields without a declaration"
    assert declared - concrete_fields(model) == set(), "declarations of fields that are gone"


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=lambda found: found.model._meta.label)
def test_every_declaration_can_be_followed(declaration):
    assert declaration.retention in TERMS
    for subject in declaration.subjects:
        assert str(declaration.model._default_manager.filter(**subject.of(1)).query)
    if declaration.clock:
        assert declaration.clock in concrete_fields(declaration.model)
    for name, entry in declaration.fields.items():
        assert entry.label or entry.not_exported, f"{name} has neither a label nor a reason to stay out of exports"
