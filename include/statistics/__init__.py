"""Estimators that SQL does not say plainly, each with formula, source and a test on planted truth."""
