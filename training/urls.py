"""Addresses of training; filled by ``training.views``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
