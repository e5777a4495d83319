"""The work of the high-harm offender warehouse. Nothing in here knows of Airflow."""
