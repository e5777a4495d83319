-- A person's counted record changes only when an offence is recorded, cancelled or cleared: one row per person and
-- stretch of run dates [from_index, to_index) on which it is the same. Far fewer rows than person x run date.
{{ nominals_states(ref("int_offence_links_indexed")) }}
