{{ config(materialized="view") }}

-- Person x stretch of run dates [from_index, to_index) on which nothing changes: the four OGRS3 terms on both bases, both
-- probabilities, and the score. The population: surviving nominals with a counted offence, alive, of known age, old enough.
{{ nominals_scored(ref("int_nominals_states"), ref("int_nominals_survived"), ref("int_nominals_sanction_days")) }}
