{{ linked_to_nominals("stg_idiom__cohort_spells", "spell_id", "cohort_spell") }}
