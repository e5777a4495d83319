"""Disclosure control: what a profile withholds, before any figure, table or sentence is made from it."""
