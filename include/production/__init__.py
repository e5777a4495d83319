"""Airflow as a service for several people: PostgreSQL metadata, sign-in with roles, secrets as files.

What starts here is what ``docker-compose.yml`` starts; nothing of it is needed for ``make run``.
"""
