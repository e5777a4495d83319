"""Charts: what the factory refuses, and that drawing, figure, table and CSV hold the same numbers."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import plotly.graph_objects as go
import pytest

from include.errors import ReportError
from reports.charts import house, svg
from reports.charts.chart import MEASURED, Chart, arrays, make_chart
from reports.charts.comparisons import Interval, Reference, bars, forest
from reports.charts.funnels import FunnelPoint, funnel, funnel_limits
from reports.charts.trends import Point, Series, lines
from reports.tables import Column, Kind, Table, csv_text
from tests.reports.chartsamples import ABOUT, BUILDERS, GROUP, MEASURE

TABLE = Table("t", "Table", (Column("v", "V", Kind.TWO),), ((1.5,), (2.5,)))


def _figure(ys: list[Any], **more: Any) -> go.Figure:
    line = {"color": house.PALETTE[0], **more}
    return go.Figure(go.Scatter(x=[1, 2], y=ys, mode="lines", line=line, meta=f"{MEASURED}y"))


@pytest.mark.parametrize("word", ["title", "subtitle", "source", "alt"])
@pytest.mark.parametrize("value", ["", "  \n"])
def test_a_chart_without_its_words_is_refused(word: str, value: str) -> None:
    with pytest.raises(ReportError, match=f"has no {word}"):
        make_chart("c", replace(ABOUT, **{word: value}), _figure([1.5, 2.5]), TABLE)


@pytest.mark.parametrize("alt", ["A chart.", ABOUT.title])
def test_a_text_alternative_that_says_nothing_is_refused(alt: str) -> None:
    with pytest.raises(ReportError, match="does not say what the chart shows"):
        make_chart("c", replace(ABOUT, alt=alt), _figure([1.5, 2.5]), TABLE)


def test_a_title_that_is_a_paragraph_is_refused() -> None:
    with pytest.raises(ReportError, match="has 21 words"):
        make_chart("c", replace(ABOUT, title="word " * 21), _figure([1.5, 2.5]), TABLE)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ReportError, match="not finite"):
        make_chart("c", ABOUT, _figure([1.5, value]), TABLE)


def test_also_in_a_trace_that_is_there_for_comparison() -> None:
    figure = _figure([1.5, 2.5])
    figure.add_trace(go.Scatter(x=[1], y=[math.nan], mode="lines"))
    with pytest.raises(ReportError, match="not finite"):
        make_chart("c", ABOUT, figure, TABLE)


def test_a_number_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(ReportError, match="shows 9.0000, which its table does not have"):
        make_chart("c", ABOUT, _figure([1.5, 9.0]), TABLE)


def test_the_end_of_an_error_bar_of_millions_is_what_the_table_has() -> None:
    low, value, high = -8_565_169.12, 7_110_196.95, 9_999_999.3
    lengths = {"array": [high - value], "arrayminus": [value - low]}
    assert round(value - lengths["arrayminus"][0], 9) != low, "a double of that size cannot hold the sum"
    figure = go.Figure(
        go.Scatter(x=[value], y=[1], mode="markers", error_x=lengths, meta=f"{MEASURED}x,error_x")
    )

    def table(end: float) -> Table:
        return Table("t", "Table", (Column("v", "V", Kind.TWO),), ((value,), (high,), (end,)))

    assert make_chart("c", ABOUT, figure, table(low))
    with pytest.raises(ReportError, match="shows −8,565,169.1200, which its table does not have"):
        make_chart("c", ABOUT, figure, table(low + 0.001))


def test_what_is_drawn_as_it_is_may_not_differ_however_large_it_is() -> None:
    table = Table("t", "Table", (Column("v", "V", Kind.TWO),), ((7_110_196.95,), (2.5,)))
    assert make_chart("c", ABOUT, _figure([7_110_196.95, 2.5]), table)
    with pytest.raises(ReportError, match="which its table does not have"):
        make_chart("c", ABOUT, _figure([7_110_196.950001, 2.5]), table)


def test_a_figure_without_data_is_known_as_empty() -> None:
    assert make_chart("c", ABOUT, go.Figure(), TABLE).is_empty
    assert not make_chart("c", ABOUT, _figure([1.5, 2.5]), TABLE).is_empty


def test_five_series_told_apart_by_colour_are_refused_and_four_are_not() -> None:
    def build(count: int) -> Chart:
        figure = go.Figure()
        for index in range(count):
            figure.add_traces(_figure([1.5, 2.5], color=house.PALETTE[index]).data)
        return make_chart("c", ABOUT, figure, TABLE)

    assert build(4)
    with pytest.raises(ReportError, match="tells 5 series apart"):
        build(5)


def test_no_two_series_differ_by_colour_alone() -> None:
    looks = [house.style(index) for index in range(house.MAX_SERIES)]
    for part in ("colour", "dash", "marker"):
        assert len({getattr(look, part) for look in looks}) == house.MAX_SERIES
    assert [look.colour for look in looks] == ["#12436D", "#28A197", "#801650", "#F46A25"]


@pytest.fixture(scope="module", params=sorted(BUILDERS))
def chart(request: pytest.FixtureRequest) -> Chart:
    return BUILDERS[request.param]()


class Drawn(HTMLParser):
    """The elements of a drawing, with their nesting checked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.found if name == tag]


def test_the_drawing_is_an_image_with_title_and_description(chart: Chart) -> None:
    drawn = Drawn(str(chart.svg))
    assert not drawn.open
    head = drawn.all("svg")[0]
    assert head["role"] == "img"
    ids = {attrs.get("id"): tag for tag, attrs in drawn.found if "id" in attrs}
    assert [ids[key] for key in (head["aria-labelledby"] or "").split()] == ["title", "desc"]
    assert ABOUT.title in drawn.texts
    assert ABOUT.alt in drawn.texts


def test_the_narrow_drawing_says_the_same(chart: Chart) -> None:
    wide, narrow = Drawn(str(chart.svg)), Drawn(str(chart.svg_narrow))
    width = float((narrow.all("svg")[0]["viewbox"] or "").split()[2])
    assert width <= 480
    said = " ".join(narrow.texts)
    for trace in chart.data["data"]:
        for text in trace.get("text") or () if trace.get("mode") == "text" else ():
            assert all(line in said for line in unescape(text).split("<br>")), text
    for tag in ("rect", "circle", "polygon", "path"):
        assert len(wide.all(tag)) == len(narrow.all(tag)), "every mark is there"
    lefts = [float(attrs["x"] or 0) for attrs in narrow.all("tspan")]
    assert all(0 <= left <= width for left in lefts)


def test_the_drawing_needs_nothing_that_the_policy_of_the_pages_forbids(chart: Chart) -> None:
    drawn = Drawn(str(chart.svg))
    for tag, attrs in drawn.found:
        assert tag in {"svg", "title", "desc", "text", "tspan", "line", "path", "rect", "circle", "polygon"}
        assert not any(key.startswith("on") or key in {"style", "href", "xlink:href"} for key in attrs)
    assert "nan" not in str(chart.svg).lower()
    assert "None" not in str(chart.svg)


def _measured(chart: Chart) -> Iterator[float]:
    for trace in chart.data["data"]:
        if str(trace.get("meta") or "").startswith(MEASURED):
            wanted = trace["meta"].removeprefix(MEASURED).split(",")
            for path, values in arrays(trace):
                if path in wanted:
                    yield from (float(value) for value in values or () if value is not None)


def test_every_number_of_the_figure_is_in_its_csv(chart: Chart) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(chart.table.columns, chart.table.rows))))
    known = set()
    for cell in (cell for row in rows[1:] for cell in row):
        with_number = re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", cell)
        known |= {round(float(cell), 9)} if with_number else set()
    found = [round(number, 9) for number in _measured(chart)]
    assert found, "the test looks at something"
    assert not set(found) - known


def test_the_drawing_has_a_mark_for_every_value_of_the_figure() -> None:
    chart = BUILDERS["bars"]()
    drawn = Drawn(str(chart.svg))
    layout = chart.data["layout"]
    left, right = layout["margin"]["l"], svg.WIDTH - layout["margin"]["r"]
    low, high = layout["xaxis"]["range"]
    widths = [float(attrs["width"] or 0) for attrs in drawn.all("rect")]
    values = [width / (right - left) * (high - low) for width in widths]
    assert values == pytest.approx([49.0, 52.0], abs=0.1), (
        "lengths are the values; what is missing has no bar"
    )
    assert "49.0" in drawn.texts
    assert "52.0 (45.5 to 58.0) over" in drawn.texts
    assert "missing" in drawn.texts


def test_points_stand_where_the_values_are() -> None:
    chart = BUILDERS["run_chart"]()
    drawn = Drawn(str(chart.svg))
    layout = chart.data["layout"]
    top, bottom = layout["margin"]["t"], layout["height"] - layout["margin"]["b"]
    low, high = layout["yaxis"]["range"]
    ys = [float(attrs["cy"] or 0) for attrs in drawn.all("circle")]
    values = [low + (bottom - y) / (bottom - top) * (high - low) for y in ys]
    given = [value for value in chart.data["data"][-1]["y"] if value is not None]
    assert values == pytest.approx(given[:-1], abs=0.1)
    assert len(drawn.all("polygon")) == 1, "the signal is marked by its shape too"


def test_a_gap_breaks_the_line() -> None:
    drawn = Drawn(str(BUILDERS["run_chart"]().svg))
    assert (drawn.all("path")[-1]["d"] or "").count("M") == 2


def test_a_logarithmic_axis_puts_half_and_double_equally_far_from_one() -> None:
    chart = BUILDERS["forest"]()
    scale = svg._scale(chart.data["layout"]["xaxis"], 0.0, 100.0)
    assert scale(1.0) - scale(0.5) == pytest.approx(scale(2.0) - scale(1.0))
    line = next(a for a in Drawn(str(chart.svg)).all("line") if a.get("stroke-dasharray") == "7 4")
    left, right = chart.data["layout"]["margin"]["l"], svg.WIDTH - chart.data["layout"]["margin"]["r"]
    there = svg._scale(chart.data["layout"]["xaxis"], left, right)(1.0)
    assert float(line["x1"] or 0) == pytest.approx(there, abs=0.1)


def test_bars_begin_at_zero(chart: Chart) -> None:
    for trace in chart.data["data"]:
        if trace["type"] == "bar":
            assert chart.data["layout"]["xaxis"]["range"][0] <= 0


def test_ribbons_of_a_sankey_are_as_thick_as_their_numbers() -> None:
    drawn = Drawn(str(BUILDERS["sankey"]().svg))
    thick = []
    for path in drawn.all("path"):
        numbers = [float(n) for n in re.findall(r"-?[0-9.]+", path["d"] or "")]
        thick.append(numbers[8] - numbers[7])
    assert [t / thick[0] for t in thick] == pytest.approx([1, 3, 90 / 40, 61 / 40, 9 / 40], abs=0.02)


def test_hostile_labels_are_text() -> None:
    attack = '</text><script>alert(1)</script><a href="javascript:x">'
    chart = bars("c", ABOUT, [Interval(attack, 1.0)], MEASURE, group=GROUP)
    drawn = Drawn(str(chart.svg))
    assert not {tag for tag, _ in drawn.found} & {"script", "a"}
    assert "<script>" in " ".join("".join(drawn.texts).split())
    assert not any("<script" in str(trace) for trace in chart.data["data"]), "plotly would read tags"


def test_what_the_drawing_does_not_know_is_refused() -> None:
    figure = go.Figure(go.Pie(values=[1, 2]))
    house.lay_out(figure, house.number_axis([1], "x"), house.number_axis([1], "y"), 200)
    with pytest.raises(ReportError, match="knows no trace pie"):
        svg.draw(figure, "k", "t", "a")


def test_a_line_of_missing_values_is_empty() -> None:
    chart = lines("c", ABOUT, [Series("N", (Point(1.0, None),))], Column("at", "At", Kind.COUNT), MEASURE)
    assert chart.is_empty


@pytest.mark.parametrize(
    ("target", "n", "low", "high"),
    # By hand: 0.3 +- 1.959964 * sqrt(0.3 * 0.7 / n).
    [(0.3, 100, 0.210183, 0.389817), (0.3, 4, 0.0, 0.749084), (0.5, 25, 0.304004, 0.695996)],
)
def test_funnel_limits(target: float, n: int, low: float, high: float) -> None:
    assert funnel_limits(target, n, 1.959964) == pytest.approx((low, high), abs=1e-6)


def test_a_funnel_shows_no_percentage_on_a_base_under_twenty() -> None:
    points = [FunnelPoint("small", 19, 19), FunnelPoint("large", 40, 20)]
    chart = funnel(
        "c", ABOUT, points, Reference(0.3, "30 %"), group=GROUP, base=Column("n", "Base", Kind.COUNT)
    )
    assert chart.table.rows == (("small", 19, 19, None), ("large", 40, 20, 50.0))
    assert next(chart.table.cells())[-1].text == "base under 20"
    assert "small" not in str(chart.svg)


def test_labels_are_kept_apart_in_their_order() -> None:
    assert house.spread([1.0, 1.1, 5.0], 1.0) == pytest.approx([0.55, 1.55, 5.0])
    found = house.spread([2.0, 2.0, 2.0, 1.9], 0.5)
    ordered = sorted(found)
    assert all(b - a >= 0.499 for a, b in zip(ordered, ordered[1:], strict=False))
    assert min(found) == found[3]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0, 97.0], [0, 20, 40, 60, 80, 100]),
        ([0.0, 0.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ([-3.0, 4.0], [-4, -2, 0, 2, 4]),
    ],
)
def test_ticks_are_round(values: list[float], ticks: list[float]) -> None:
    assert [value for value, _ in house.number_axis(values, "x").ticks] == pytest.approx(ticks)


def test_a_ratio_of_nought_is_drawn_to_the_end_of_the_axis_and_written_out() -> None:
    """Nobody reoffended: a logarithmic axis has no place for it, and a release must not stop at it."""
    rows = [Interval("Nobody did", 0.0, 0.0, 3.0, 12), Interval("Some did", 0.5, 0.0, 2.0, 35)]
    chart = forest("nought", ABOUT, rows, MEASURE, group=GROUP, reference=Reference(1.0, "no difference"))
    assert [10.0**end for end in chart.data["layout"]["xaxis"]["range"]] == pytest.approx(
        [0.5 / 1.1, 3.0 * 1.1]
    )
    for drawing in (chart.svg, chart.svg_narrow):
        assert not re.search(r"\b(nan|inf)\b", str(drawing))
        told = " ".join(" ".join(Drawn(str(drawing)).texts).split())
        assert "0.0 (0.0 to 3.0)" in told
        assert "0.5 (0.0 to 2.0)" in told
    left = svg._scale(chart.data["layout"]["xaxis"], 0.0, 100.0)
    assert left(0.0) == 0.0
    assert left(0.5) > 0.0
