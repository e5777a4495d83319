"""Deletion of a person from every store, and the review of who is due for it."""
