-- Sanctions of one day are one; a conviction among them makes it a conviction; its offence group is that of the event
-- with most harm. Days on which the person was under age are left out (and counted in the quality tables).
{{ nominals_sanction_days(ref("int_sanctions_linked"), ref("int_nominals_survived")) }}
