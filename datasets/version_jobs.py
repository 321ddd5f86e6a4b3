"""The kinds of background work that make versions."""

from jobs.kinds import Kind, register


def install() -> None:
    """Register the kinds; called once the apps are ready."""
    register(Kind("version", "light", "datasets.services.versions.make_version", time_limit=840))
    register(
        Kind(
            "version_files",
            "light",
            "datasets.services.versions.make_version_files",
            time_limit=840,
        )
    )
    register(Kind("nightly_versions", "light", "datasets.services.versions.begin_night"))
    register(Kind("compare_versions", "light", "datasets.services.differences.compare_versions"))
