"""Pages and files of a project's data."""
