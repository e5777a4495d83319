"""The catalogue of interventions: generic titles in the spirit of the 46 that Surrey's evaluation counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from include.synthetic.draws import Ints
from include.synthetic.tables import Entity


@dataclass(frozen=True)
class Intervention:
    """One kind of intervention; weights: how often in IOM, register and high harm cases."""

    code: str
    title: str
    type: str
    pathway: str
    weights: tuple[float, float, float]


_TABLE = """
records_flag|Warning flag on the records system|disruption||9,9,8
pnc_marker|PNC marker|disruption||5,9,6
pnc_print|PNC print requested|disruption||3,6,2
trigger_plan|Trigger plan|disruption||4,0.3,1
intelligence_note|Intelligence note|disruption||6,6,6
intelligence_report|Intelligence report submitted|disruption||4,2,2
impact_statement|Community impact statement|disruption||0.2,0,1
store_ban|Store banning letter|disruption||1.5,0,0.5
briefing_slide|Briefing slide|disruption||6,0.5,4
cbo|Criminal behaviour order|disruption||3,0.2,1
cbo_check|Check on a criminal behaviour order|disruption||2,0,0.6
dvds|Domestic violence disclosure|disruption||1,1,2
dvpn|Domestic violence protection notice|disruption||0.4,0.1,1.4
cpn|Community protection notice|disruption||0.8,0.1,0.8
shpo_check|Check on a sexual harm prevention order|disruption||0,7,0.5
device_check|Check of phones and computers|disruption||0,6,0.5
home_visit|Announced home visit|both||6,9,5
unannounced_visit|Unannounced home visit|both||1,9,2
bail_check|Bail check|disruption||3,0.5,2
curfew_check|Curfew check|disruption||3,0.2,1.5
tag|Electronic monitoring|disruption||3,0.3,1
address_search|Research on addresses|disruption||2,2,1
vehicle_search|Research on vehicles|disruption||2,1,0.6
photo|Photograph circulated|disruption||2,0.2,0.8
breach|Breach of an order reported|disruption||1,1.2,1
patrol_task|Neighbourhood patrol tasked|disruption||3,0.4,2
marac|Referral to the risk assessment conference|disruption||0.8,0.3,3
restraining_order|Restraining order|disruption||1.5,0.4,1.5
media_appeal|Media appeal|disruption||0.6,0,0.3
drug_test|Drug test|disruption|drugs|4,0,1.5
recall_request|Recall requested|disruption||1.6,0.8,1.2
stop_check|Stop check|disruption||4,0.2,2
training_help|Help with training or work|rehabilitation|education_training_employment|4,0.8,1
travel_help|Travel warrant|rehabilitation|finance_benefit_debt|1.6,0,0.3
housing_help|Help with housing|rehabilitation|accommodation|4,1.5,1.5
property_enquiry|Enquiry about property|rehabilitation|accommodation|1.5,1.5,0.2
drug_treatment|Drug treatment appointment|rehabilitation|drugs|5,0.2,2
alcohol_treatment|Alcohol treatment appointment|rehabilitation|alcohol|3,0.4,2
mental_health|Mental health referral|rehabilitation|mental_health|2.4,1.4,2
health_check|Health check|rehabilitation|physical_health|1,0.4,0.5
debt_advice|Debt and benefit advice|rehabilitation|finance_benefit_debt|1.5,0.3,0.5
behaviour_course|Behaviour change course|rehabilitation|attitudes_thinking_behaviour|2,1.5,3
parenting|Parenting support|rehabilitation|children_families|0.8,0.3,0.9
contact|Contact with the offender|both||12,12,8
agency_update|Update from a professional meeting|both||5,5,6
living_check|Living arrangements established|both|accommodation|5,9,4
children_contact|Contact with children's services|both|children_families|3,4,2.5
needs_review|Review of the pathways of need|both||6,1,3
victim_contact|Contact with a victim|both||0.4,0.6,1.2
agency_liaison|Liaison with another service|both||3,3,2
"""


def _read(line: str) -> Intervention:
    code, title, kind, pathway, weights = line.split("|")
    first, second, third = (float(weight) for weight in weights.split(","))
    return Intervention(code, title, kind, pathway, (first, second, third))


CATALOGUE = [_read(line) for line in _TABLE.strip().splitlines()]


def intervention_catalogue(first_day: int) -> Entity:
    """The catalogue file; one title is new in the last weeks."""
    start: Ints = np.full(len(CATALOGUE), first_day, dtype=np.int64)
    return Entity(
        name="intervention_catalogue",
        keys="intervention",
        columns="intervention title type reoffending_pathway",
        fixed={
            "intervention": pa.array([item.code for item in CATALOGUE]),
            "title": pa.array([item.title for item in CATALOGUE]),
            "type": pa.array([item.type for item in CATALOGUE]),
            "reoffending_pathway": pa.array([item.pathway or None for item in CATALOGUE], pa.string()),
        },
        changing={},
        first_day=start,
    )
