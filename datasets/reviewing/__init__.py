"""Judging rows: who is shown which, and what their votes come to."""
