"""What the API reads and answers: shapes only, no rules."""
