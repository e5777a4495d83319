-- Links that count on at least one run date, with the indexes from and until which they do. `sanction_order` sorts a
-- person's links from the latest day of recording and the most harm down: the lowest that counts is the current
-- sanction of the recorded basis, and its offence group. Days on which the person was under age are no sanctions.
{{ offence_links_indexed(ref("int_offence_links_merged"), ref("int_nominals_survived")) }}
