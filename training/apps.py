from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from common.limits import TRAINING_SECONDS
        from datasets import growth
        from jobs.kinds import Kind, register
        from live import topics
        from projects import live as project_topic
        from training import disagreeing, finding, moderating
        from training.live import RUN, board_part
        from training.services import champion

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
        register(
            Kind(
                champion.KIND,
                "training",
                "training.tasks.train",
                time_limit=TRAINING_SECONDS + 180,
                on_failed="training.tasks.run_failed",
                gives_way=True,
            )
        )
        growth.register(champion.hear)
        topics.register(RUN)
        project_topic.add_part("board", board_part)
        finding.install()
        moderating.install()
        disagreeing.install()
