from allauth.urls import build_provider_urlpatterns
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import demo, language, people, security, settings, tokens

#: allauth's own overviews: one menu is enough.
OVERVIEWS = [
    path("2fa/", RedirectView.as_view(pattern_name="settings_security"), name="mfa_index"),
    path(
        "sessions/",
        RedirectView.as_view(pattern_name="settings_sessions"),
        name="usersessions_list",
    ),
]
SIGNING_IN = [
    *OVERVIEWS,
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    *build_provider_urlpatterns(),
]
SETTINGS = [
    path("", settings.index, name="settings"),
    path("profile/", settings.preferences, name="settings_profile"),
    path("security/", security.security, name="settings_security"),
    path("sessions/", security.sessions, name="settings_sessions"),
    path("sessions/<int:pk>/end/", security.session_end, name="settings_session_end"),
    path("tokens/", tokens.token_list, name="settings_tokens"),
    path("tokens/new/", tokens.token_new, name="settings_token_new"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="settings_token_revoke"),
    path("following/", settings.following, name="settings_following"),
    path("data/", settings.my_data, name="settings_data"),
    path("data/account.json", settings.my_data_file, name="settings_data_file"),
    path("close/", settings.close, name="settings_close"),
]

urlpatterns = [
    path("accounts/", include(SIGNING_IN)),
    path("settings/", include(SETTINGS)),
    path("language/", language.set_language, name="set_language"),
    path("u/<slug:username>/", people.profile, name="profile"),
    path("u/<slug:username>/follow/", people.person_follow, name="person_follow"),
    path("u/<slug:username>/unfollow/", people.person_unfollow, name="person_unfollow"),
    path("moderation-log/", people.moderation_log, name="moderation_log"),
    path("demo/sign-in/<str:token>/", demo.one_time_sign_in, name="one_time_sign_in"),
    path("dev/outbox/", demo.outbox, name="outbox"),
]
