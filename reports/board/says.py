"""The codes of the board's models in plain words, and what a table says that has no rows."""

from __future__ import annotations

from collections.abc import Mapping

METHOD: Mapping[str, str] = {
    "expected_without_management": "against what comparable people's change predicts",
    "matched_difference": "against comparable people not managed",
    "exposure_adjusted": "bare before and after, days in custody left out",
    "naive": "bare before and after",
}
"""In the order of the table: what may be relied on first."""

HONEST = ("expected_without_management", "matched_difference")
"""Methods with a comparison; the others are shown so that nobody quotes them unawares."""

OUTCOME: Mapping[str, str] = {"offences": "offences", "harm": "harm"}
VERDICT: Mapping[str, str] = {
    "evidence of a fall": "evidence of a fall",
    "evidence of a rise": "evidence of a rise",
    "inconclusive": "inconclusive",
    "too few": "too few",
}
WORTH: Mapping[str, str] = {
    "more than it costs": "avoids more than it costs",
    "less than it costs": "avoids less than it costs",
    "inconclusive": "inconclusive",
    "not known": "not known",
    "too few": "too few people to say",
}
SELECTION: Mapping[str, str] = {
    "more often": "more often",
    "less often": "less often",
    "inconclusive": "no difference shown",
    "nobody": "nobody",
    "too few": "too few to say",
}
CHARACTERISTIC: Mapping[str, str] = {"sex": "Sex", "age_band": "Age", "ethnic_group": "Ethnicity"}
GROUP: Mapping[str, str] = {"M": "male", "F": "female", "not_known": "not known", "all": "everybody"}
BEARER: Mapping[str, str] = {
    "police": "police",
    "criminal_justice": "other criminal justice",
    "not_split": "victims, health services, lost output and others: the source does not split it",
}
GAP: Mapping[str, str] = {
    "registration_not_linked": "registration that finds no person",
    "spell_not_linked": "cohort record that finds no person",
    "registration_without_start": "registration without a start",
    "adopted_before_first_run_date": "adopted before the first list",
    "not_ranked_before_adoption": "not ranked before adoption",
    "few_days_at_risk": "hardly at liberty before or during",
    "followed_under_6_months": "followed for too short a time, first window",
    "followed_under_12_months": "followed for too short a time, second window",
    "followed_under_24_months": "followed for too short a time, third window",
    "not_matured_proven": "not followed for long enough, proven",
    "not_matured_12_months": "not followed for long enough, recorded",
    "no_comparator": "nobody comparable",
    "never_at_liberty": "never at liberty",
}
FIGURES: Mapping[str, str] = {
    "exposure_adjusted": "before and after without custody",
    "reoffended_12m, recorded": "reoffending within a year, recorded",
    "reoffended_12m, proven": "reoffending within a year, proven",
    "survival": "time to the first offence",
    "matched methods": "comparison",
}
NO_MONTH = "No whole month is known yet."
NO_LAST_MONTH = "Nothing is known of the last whole month."
NO_EFFECT = (
    "Nobody is known to have been adopted, matched and followed, so nothing can be said of reoffending."
)
NO_COST = "No running cost and no cost of offending is known, so nothing can be said of value for money."
NO_LIST = "Nobody is ranked yet."
NO_CENSUS = "No caseload is known."
NOT_KNOWN = "not known"
