"""What we measure ourselves against, each in at most 60 lines."""
