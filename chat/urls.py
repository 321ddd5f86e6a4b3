from django.urls import path

from chat import views

urlpatterns = [
    path("p/<slug:slug>/chat/", views.chat, name="chat"),
    path("p/<slug:slug>/chat/<int:pk>/delete/", views.delete, name="chat_delete"),
    path("p/<slug:slug>/chat/<int:pk>/hide/", views.hide, name="chat_hide"),
]
