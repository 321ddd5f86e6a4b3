from django.urls import path

from projects import following_views, list_views, member_views, views

urlpatterns = [
    path("projects/", list_views.projects, name="projects"),
    path("p/<slug:slug>/follow/", following_views.project_follow, name="project_follow"),
    path("p/<slug:slug>/unfollow/", following_views.project_unfollow, name="project_unfollow"),
    path("p/<slug:slug>/settings/", views.project_settings, name="project_settings"),
    path("p/<slug:slug>/members/", member_views.project_members, name="project_members"),
    path("p/<slug:slug>/members/invite/", member_views.project_invite, name="project_invite"),
    path(
        "p/<slug:slug>/members/invite/<int:pk>/revoke/",
        member_views.project_invite_revoke,
        name="project_invite_revoke",
    ),
    path(
        "p/<slug:slug>/members/<slug:username>/role/",
        member_views.project_role,
        name="project_role",
    ),
    path(
        "p/<slug:slug>/members/<slug:username>/remove/",
        member_views.project_remove,
        name="project_remove",
    ),
    path("p/<slug:slug>/leave/", member_views.project_leave, name="project_leave"),
    path("p/<slug:slug>/join/<str:token>/", member_views.project_join, name="project_join"),
]
