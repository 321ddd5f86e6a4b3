from django.urls import path

from training.views import models, runs, train

urlpatterns = [
    path("p/<slug:slug>/train/", train.train, name="train"),
    path("p/<slug:slug>/models/", train.models, name="models"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/stop/", runs.stop, name="run_stop"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run_cancel"),
    path("models/<int:pk>/", models.model, name="model"),
    path("models/<int:pk>/predict/", models.predict, name="model_predict"),
    path("models/<int:pk>/files/<str:name>", models.file, name="model_file"),
    path("models/<int:pk>/train.py", models.script, name="model_script"),
]
