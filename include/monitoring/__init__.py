"""Is everything as it should be, and who is told? Watching is apart from telling: only the latter has a network."""
