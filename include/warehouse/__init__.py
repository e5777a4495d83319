"""Plan a run, open the stores, build the warehouse with dbt."""
