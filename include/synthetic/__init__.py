"""The synthetic force: invented extracts that obey the extract contract, and a planted truth to test against."""

from include.synthetic.force import ForceSummary, generate_force

__all__ = ["ForceSummary", "generate_force"]
