"""The gate: everything that is checked before a build may be published, in one verdict."""
