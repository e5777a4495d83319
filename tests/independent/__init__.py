"""A second implementation of the definitions, written from their text alone, and forces made to find differences."""
