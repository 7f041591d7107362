"""Addresses of customers and the API."""

from django.urls import path

from customers import api
from customers.views import card_setup, centre, customers, follow_ups, imports, interactions, said

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/import/", imports.imports, name="customers-import"),
    path("customers/import/<int:run_id>/", imports.import_run, name="customers-import-run"),
    path(
        "customers/import/<int:run_id>/columns/",
        imports.import_columns,
        name="customers-import-columns",
    ),
    path("customers/import/<int:run_id>/next/", imports.import_next, name="customers-import-next"),
    path(
        "customers/import/<int:run_id>/problems/",
        imports.import_problems,
        name="customers-import-problems",
    ),
    *[
        path(
            f"customers/import/<int:run_id>/{step}/",
            imports.import_step,
            {"step": step},
            name=f"customers-import-{step}",
        )
        for step in ("start", "back", "abandon")
    ],
    path("follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("follow-ups/<int:follow_up_id>/done/", follow_ups.done, name="follow-up-done"),
    path(
        "follow-ups/<int:follow_up_id>/reschedule/",
        follow_ups.reschedule,
        name="follow-up-reschedule",
    ),
    path("follow-ups/<int:follow_up_id>/take/", follow_ups.take, name="follow-up-take"),
    path("follow-ups/<int:follow_up_id>/undo/", follow_ups.undo, name="follow-up-undo"),
    path("interactions/", interactions.interactions, name="interactions"),
    path("interactions/said/", said.said, name="said"),
    path("interactions/<int:interaction_id>/", interactions.interaction, name="interaction"),
    path("centre/logo/<slug:digest>/", centre.logo, name="centre-logo"),
    path("setup/fields/", card_setup.fields, name="setup-fields"),
    path("setup/fields/<int:field_id>/", card_setup.field, name="setup-field"),
    path("setup/fields/<int:field_id>/action/", card_setup.field_action, name="setup-field-action"),
    path("setup/verification/", card_setup.verification, name="setup-verification"),
    path("setup/verification/<int:item_id>/", card_setup.item, name="setup-item"),
    path(
        "setup/verification/<int:item_id>/action/",
        card_setup.item_action,
        name="setup-item-action",
    ),
    path("api/v1/lookup/", api.lookup, name="api-lookup"),
    path("api/v1/schema/", api.schema, name="api-schema"),
]
