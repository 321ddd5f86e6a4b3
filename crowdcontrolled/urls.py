"""Every address of the site. Each route needs a line in tests/authorisation/table.py."""

from django.contrib import admin
from django.urls import include, path

from crowdcontrolled import feeds, health, home, pages
from crowdcontrolled.about import about
from crowdcontrolled.search_page import search_page
from crowdcontrolled.styleguide import styleguide

urlpatterns = [
    path("", home.home, name="home"),
    path("add/", home.add, name="add"),
    path("about/", about, name="about"),
    path("styleguide/", styleguide, name="styleguide"),
    path("search/", search_page, name="search"),
    path("projects/feed.atom", feeds.projects, name="projects_feed"),
    path("p/<slug:slug>/feed.atom", feeds.project, name="project_feed"),
    path("u/<slug:username>/feed.atom", feeds.person, name="person_feed"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("projects.urls")),
    path("", include("datasets.urls")),
    path("", include("training.urls")),
    path("", include("chat.urls")),
    path("", include("api.urls")),
    path("p/<slug:slug>/", pages.project, name="project"),
    path("admin/", admin.site.urls),
]
