"""The pack put together: which paragraphs, tables and charts stand where. The order is the order of importance."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from reports import formats
from reports.board import messages, prose
from reports.board.drawn import Drawer, records
from reports.board.figures import Figures
from reports.board.options import BoardOptions
from reports.board.prose import Para
from reports.board.view import Drawing, Key, PackView, Part, Shown
from reports.charts.chart import Chart
from reports.tables import Table

_COHORTS = ("cohort", "nominals", "rate_pre", "rate_during", "expected_rate", "rate_ratio", "verdict")
_COHORT_INTERVALS = (("expected_rate", "expected_low", "expected_high"), ("rate_ratio", "ci_low", "ci_high"))
_COST = (
    *("scheme", "nominals", "running_cost_gbp_year", "offences_avoided_year", "break_even_offences"),
    *("value_of_offences_gbp", "unpriced_pct", "net_gbp", "verdict"),
)
_COST_INTERVALS = (
    ("offences_avoided_year", "offences_avoided_year_low", "offences_avoided_year_high"),
    ("value_of_offences_gbp", "value_of_offences_low_gbp", "value_of_offences_high_gbp"),
    ("net_gbp", "net_low_gbp", "net_high_gbp"),
)
_THIS_MONTH = (
    *("metric", "unit", "value", "previous_value", "change_on_previous", "year_ago_value"),
    *("change_on_year_ago", "lower_limit", "is_signal"),
)


_RANGE = "{this_month.managed_people.lower_limit} to {this_month.managed_people.upper_limit}"
_INTERVAL = "{cohorts.all.ci_low} to {cohorts.all.ci_high}"
_PARAMETERS = ("description", "value", "unit", "source")


def put_together(
    tables: Mapping[str, Table], figures: Figures, options: BoardOptions, source: str
) -> PackView:
    """Return the pack as the template takes it; ``source`` is the line under each chart."""
    drawer = Drawer(tables, source)
    texts = {name: prose.read_text(name, options.text_folder) for name in prose.NAMES}
    written = {name: prose.paras(text, figures) for name, text in texts.items() if name != "glossary"}
    parts = (
        Part("purpose", "Purpose", written["purpose"]),
        Part("messages", "Key messages", messages.key_messages(figures)),
        Part("decisions", "What the board is asked", written["decisions"]),
        Part(
            "month",
            "This month",
            charts=[drawing for chart in drawer.run_charts() for drawing in _some(chart)],
            tables=[
                Shown(tables["board_this_month"], _THIS_MONTH, ranges=(("lower_limit", "upper_limit"),)),
                Shown(tables["board_caseload"]),
            ],
        ),
        Part(
            "reoffending",
            "Reoffending",
            written["reoffending"],
            [*_some(drawer.slope_chart()), *_some(drawer.methods_chart(), is_wide=True)],
            [
                Shown(tables["board_cohorts"], _COHORTS, _COHORT_INTERVALS),
                Shown(
                    tables["board_methods"],
                    ("method", "outcome", "n", "rate_ratio", "verdict"),
                    (("rate_ratio", "ci_low", "ci_high"),),
                ),
            ],
        ),
        Part("cost", "Cost", written["cost"], _some(drawer.cost_chart(), is_wide=True), _cost_tables(tables)),
        Part(
            "harm",
            "Harm",
            _said(figures, messages.harm(figures)),
            tables=[Shown(tables["board_harm"], _COHORTS, _COHORT_INTERVALS)],
        ),
        Part(
            "equality",
            "Equality",
            _said(figures, messages.equality(figures, _groups(tables))),
            tables=[Shown(tables["board_equality"])],
        ),
        Part(
            "risks",
            "Risks",
            written["risks"],
            tables=[Shown(tables["board_gaps"]), Shown(tables["board_harm_basis"])],
        ),
        Part("method", "Method", written["method"], tables=[Shown(tables["board_parameters"], _PARAMETERS)]),
        Part("glossary", "Glossary", terms=prose.terms(texts["glossary"], figures)),
    )
    return PackView(messages.title(figures), keys(figures), parts)


def _cost_tables(tables: Mapping[str, Table]) -> list[Shown]:
    return [Shown(tables["board_cost"], _COST, _COST_INTERVALS), Shown(tables["board_bearers"])]


def _some(chart: Chart | None, *, is_wide: bool = False) -> list[Drawing]:
    return [Drawing(chart, is_wide)] if chart is not None and not chart.is_empty else []


def _said(figures: Figures, templates: list[str]) -> list[Para]:
    return [Para(figures.say(template)) for template in templates]


def _groups(tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    return [(str(row["characteristic"]), str(row["group"])) for row in records(tables["board_equality"])]


def keys(figures: Figures) -> list[Key]:
    """Return the figures of the first page: people, effect, caseloads, money."""
    found = [_people_key(figures), _effect_key(figures), _caseload_key(figures), _cost_key(figures)]
    return [key for key in found if key is not None]


def _people_key(figures: Figures) -> Key | None:
    if figures.get("this_month.managed_people.value") is None:
        return None
    signal = figures.get("this_month.managed_people.is_signal")
    is_signal = signal is not None and signal.value is True
    where = messages.side(figures, "managed_people") if is_signal else "within"
    is_range_given = all(
        figures.number(f"this_month.managed_people.{end}_limit") is not None for end in ("lower", "upper")
    )
    return Key(
        figures.say("{this_month.managed_people.value}"),
        figures.say("people managed at the end of {month:month}"),
        figures.say(f"{formats.capital(where)} the usual range, {_RANGE}") if is_range_given else Markup(""),
        "watch" if is_signal else "",
    )


def _effect_key(figures: Figures) -> Key | None:
    found = messages.verdict(figures)
    if found == "not known":
        return Key(Markup("not known"), Markup("who is managed"), Markup(""), "unsure")
    if found == "too few":
        return Key(Markup("too few"), Markup("people followed to compare"), Markup(""), "unsure", found)
    return Key(
        figures.say("{cohorts.all.rate_ratio}"),
        Markup("times the rate of offending that was to be expected without management"),
        figures.say(f"{{parameters.confidence_level.value:percent}} interval {_INTERVAL}"),
        "unsure" if found == "inconclusive" else "",
        found,
    )


def _caseload_key(figures: Figures) -> Key | None:
    share = figures.number("caseload.latest.over_high_risk_share")
    if share is None:
        return None
    before = figures.number("caseload.before.over_high_risk_share")
    was = (
        "{caseload.before.over_high_risk_share} on {caseload.before.census_date}"
        if before is not None
        else ""
    )
    return Key(
        figures.say("{caseload.latest.over_high_risk_share} of {caseload.latest.managers}"),
        figures.say("managers above {parameters.high_risk_share_pct.value:whole} % high-risk cases"),
        figures.say(was),
        "watch" if share > 0 else "",
    )


def _cost_key(figures: Figures) -> Key | None:
    found = messages.worth(figures)
    if not found:
        return None
    if found == "too few":
        label = Markup("what management avoids, against what it costs")
        return Key(Markup("too few people to say"), label, Markup(""), "unsure", found)
    label = Markup("a year: cost of offending avoided, less running cost; estimated")
    if not messages.has_range(figures):
        return Key(Markup("not known"), label, Markup(""), "unsure")
    bound = "; {cost.all.unpriced_pct} % of offences have no unit cost" if messages.unpriced(figures) else ""
    return Key(
        figures.say("{cost.all.net_gbp:money}"),
        label,
        figures.say(f"{{cost.all.net_low_gbp:money}} to {{cost.all.net_high_gbp:money}}{bound}"),
        "unsure" if found in {"inconclusive", "not known"} else "",
        found,
    )
