"""Pages of training: start a run, follow it, try its model."""
