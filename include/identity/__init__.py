"""Who is the same person: the linkage model, its training, groups of records, and what reviewers have decided."""
