from django.urls import path

from api import views
from api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("developers/", views.developers, name="developers"),
    path("developers/problems/", views.problems, name="problems"),
    path("developers/crowdcontrolled_client.py", views.client, name="client"),
]
