"""Charts: typed rows go in, a checked plotly figure with its words and its table comes out.

A builder (:mod:`.trends`, :mod:`.comparisons`, :mod:`.concentration`, :mod:`.flows`) makes figure and table
from the same rows; :func:`.chart.make_chart` refuses what a reader could not use; :mod:`.svg` draws it.
"""
