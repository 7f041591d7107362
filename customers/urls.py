"""Addresses of customers and the API."""

from django.urls import path

from customers import api
from customers.views import customers

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("api/v1/lookup/", api.lookup, name="api-lookup"),
    path("api/v1/schema/", api.schema, name="api-schema"),
]
