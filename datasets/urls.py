"""Addresses of data; filled by ``datasets.views``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
