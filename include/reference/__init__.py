"""Reference values that an installation may replace by better ones."""
