-- What becomes of each pair: linked, listed for review, or kept apart; by which method, and why a person has to look.
-- A reviewer's decision goes before everything; a PNC id links unless names and date of birth all contradict it; the
-- model never links people who hold PNC ids of their own.
with judged as (
    select
        candidates.*,
        candidates.probability >= {{ parameter("identity_automatic_probability") }} as is_automatic,
        candidates.probability >= {{ parameter("identity_review_probability") }} as is_likely,
        coalesce(candidates.surname_level, 'other') = 'other'
        and coalesce(candidates.forename_level, 'other') = 'other'
        and coalesce(candidates.date_of_birth_level, 'other') = 'other' as is_contradicted
    from {{ ref("int_identity_candidates") }} as candidates
),

methods as (
    select
        judged.*,
        case
            when judged.decision is not null then 'decision'
            when judged.shares_pnc_id then 'pnc_id'
            else 'model'
        end as method
    from judged
)

select
    methods.kind,
    methods.left_id,
    methods.right_id,
    methods.method,
    case
        when methods.decision = 'same' then 'linked'
        when methods.decision = 'different' then 'apart'
        when methods.shares_pnc_id and methods.is_contradicted then 'review'
        when methods.shares_pnc_id then 'linked'
        when methods.is_automatic and not methods.has_other_pnc_id then 'linked'
        when methods.is_likely then 'review'
        else 'apart'
    end as status,
    case
        when methods.decision is not null then null
        when methods.shares_pnc_id and methods.is_contradicted then 'pnc_id_of_other_names'
        when methods.shares_pnc_id or not coalesce(methods.is_likely, false) then null
        when methods.has_other_pnc_id then 'two_pnc_ids'
        when not methods.is_automatic then 'between_thresholds'
    end as review_reason,
    methods.probability,
    methods.comparison,
    methods.blocking_rule,
    methods.record_id,
    methods.nominal_record_id,
    methods.decision
from methods
