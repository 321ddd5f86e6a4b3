from django.urls import path

from training.views import champion, guess, lessons, models, runs, train

urlpatterns = [
    path("learn/", lessons.learn, name="learn"),
    path("learn/<slug:slug>/", lessons.lesson, name="lesson"),
    path("p/<slug:slug>/learning/", champion.learning, name="learning"),
    path("p/<slug:slug>/settings/champion/", champion.settings, name="champion"),
    path("runs/<int:pk>/champion/", champion.make_standing, name="run_champion"),
    path("p/<slug:slug>/train/", train.train, name="train"),
    path("p/<slug:slug>/models/", train.models, name="models"),
    path("p/<slug:slug>/guess/", guess.guess, name="guess"),
    path("guesses/", guess.guesses, name="guesses"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/stop/", runs.stop, name="run_stop"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run_cancel"),
    path("runs/<int:pk>/next/", runs.again, name="run_next"),
    path("models/<int:pk>/", models.model, name="model"),
    path("models/<int:pk>/predict/", models.predict, name="model_predict"),
    path("models/<int:pk>/files/<str:name>", models.file, name="model_file"),
    path("models/<int:pk>/train.py", models.script, name="model_script"),
]
