from django.urls import path

from accounts import views

urlpatterns = [
    path("u/<slug:username>/", views.profile, name="profile"),
    path("moderation-log/", views.moderation_log, name="moderation_log"),
    path("demo/sign-in/<str:token>/", views.one_time_sign_in, name="one_time_sign_in"),
]
