"""The smallest site that can be supervised: jobs, their broker, and two pages to look at them."""

import os

os.environ["DEMO"] = "false"

from crowdcontrolled.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_q",
    "common",
    "jobs",
    "tests.supervisor.naps.apps.BareSite",
    "tests.supervisor.naps.apps.NapsConfig",
]
MIDDLEWARE = []
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.supervisor.naps.urls"
ASGI_APPLICATION = "tests.supervisor.naps.asgi.application"
