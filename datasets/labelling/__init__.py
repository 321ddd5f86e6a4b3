"""Labelling: items without a target, what people say of them, and what that comes to."""
