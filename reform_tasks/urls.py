"""Addresses of reform_tasks."""

from django.urls import URLPattern

app_name = "reform_tasks"
urlpatterns: list[URLPattern] = []
