# The image of every service but PostgreSQL and the web server. Nothing in it can be written by the account it runs as.
# Built without a network from a folder of wheels: put it beside this file as wheels/ (docs/operations.md).
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm
FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/hhw
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_LINK_MODE=copy
COPY requirements-bootstrap.lock requirements-production.lock wheels* wheels/
RUN set -eu; \
    if ls wheels/*.whl >/dev/null 2>&1; then \
        export PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels UV_OFFLINE=1 UV_NO_INDEX=1 UV_FIND_LINKS=wheels; \
    fi; \
    python -m venv .venv; \
    .venv/bin/python -m pip install --quiet --require-hashes -r wheels/requirements-bootstrap.lock; \
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r wheels/requirements-production.lock; \
    rm -rf wheels
COPY . .
RUN .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m compileall -q include reports dags

FROM ${PYTHON_IMAGE}
# Pango draws the PDF of the board pack.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 hhw && useradd --uid 10001 --gid hhw --no-create-home --home-dir /tmp --shell /usr/sbin/nologin hhw
COPY --from=build /opt/hhw /opt/hhw
WORKDIR /opt/hhw
ENV PATH=/opt/hhw/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    DO_NOT_TRACK=1 \
    HHW_PROFILE=production
USER 10001:10001
ENTRYPOINT ["hhw"]
CMD ["--help"]
