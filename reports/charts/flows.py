"""Who goes where: the Sankey diagram, always with its table, since ribbons cannot be read to the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import formats
from reports.charts import house
from reports.charts.chart import MEASURED, About, Chart, make_chart
from reports.tables import Column, Kind, Table


@dataclass(frozen=True)
class Flow:
    """So many went from one stage to another."""

    source: str
    target: str
    count: int


def sankey(name: str, about: About, flows: Sequence[Flow], *, counted: str) -> Chart:
    """Return a Sankey diagram of flows with the numbers written on its nodes.

    Args:
        name: Name of the chart.
        about: Its words.
        flows: From the first stage to the last; what is nothing is left out of the figure, not of the table.
        counted: What is counted, for the table.
    """
    drawn = [flow for flow in flows if flow.count]
    stages = list(dict.fromkeys(stage for flow in drawn for stage in (flow.source, flow.target)))
    amounts = {stage: _amount(stage, drawn) for stage in stages}
    labels = [f"{house.say(stage)}: {formats.number(amounts[stage])}" for stage in stages]
    starts = {flow.source for flow in drawn} - {flow.target for flow in drawn}
    colours = [house.PALETTE[0] if stage in starts else house.PALETTE[4] for stage in stages]
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={"label": labels, "color": colours, "pad": 16, "thickness": 14, "line": {"width": 0}},
            link={
                "source": [stages.index(flow.source) for flow in drawn],
                "target": [stages.index(flow.target) for flow in drawn],
                "value": [flow.count for flow in drawn],
                "color": "#c3cfdb",
            },
            textfont={"color": house.INK, "size": house.FONT_SIZE},
            meta=f"{MEASURED}link.value",
        )
    )
    height = max(240, 30 * len(stages))
    figure.update_layout(template=house.TEMPLATE, height=height, margin={"l": 8, "r": 8, "t": 12, "b": 12})
    columns = (Column("source", "From"), Column("target", "To"), Column("count", counted, Kind.COUNT))
    rows = tuple((flow.source, flow.target, flow.count) for flow in flows)
    return make_chart(name, about, figure, Table(name, about.title, columns, rows))


def _amount(stage: str, flows: Sequence[Flow]) -> int:
    into = sum(flow.count for flow in flows if flow.target == stage)
    out_of = sum(flow.count for flow in flows if flow.source == stage)
    return max(into, out_of)
