"""Charts: typed rows go in, a checked plotly figure with its words and its table comes out.

A builder makes figure and table from the same rows: :mod:`.trends` (run chart, lines), :mod:`.ranks` (bump
chart), :mod:`.survive` (Kaplan-Meier), :mod:`.comparisons` (bars, forest plot), :mod:`.funnels`,
:mod:`.changes` (slope, waterfall), :mod:`.concentration` (Lorenz, gains), :mod:`.flows` (Sankey).
:func:`.chart.make_chart` refuses what a reader could not use; :mod:`.svg` draws it.
"""
