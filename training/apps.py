from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from common.limits import TRAINING_SECONDS
        from jobs.kinds import Kind, register
        from live import topics
        from projects import live as project_topic
        from training import finding, moderating
        from training.live import RUN, board_part

        register(
            Kind(
                "train",
                "training",
                "training.tasks.train",
                # Beside the training itself: taking the snapshot, writing the predictions.
                time_limit=TRAINING_SECONDS + 180,
                on_failed="training.tasks.run_failed",
            )
        )
        topics.register(RUN)
        project_topic.add_part("board", board_part)
        finding.install()
        moderating.install()
