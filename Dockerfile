# The product's two images: --target operator and --target router. Built by docker and by buildah 1.28 (no heredocs).
# BASE is any image with Python 3.11 as python3, its venv module, and libstdc++ (scipy's wheels need it).
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS builder
COPY requirements/build.txt /requirements/
RUN python3 -m venv /build && /build/bin/pip install --no-cache-dir --require-hashes -r /requirements/build.txt
COPY pyproject.toml README.md LICENSE /source/
COPY operator /source/operator
RUN /build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels /source

# The dependencies stand before the project, so that a change of code reinstalls only the project.
FROM ${BASE} AS operator-venv
COPY requirements/operator.txt /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/operator.txt
COPY --from=builder /wheels /wheels
RUN /opt/interleaver/bin/pip install --no-cache-dir --no-index --no-deps /wheels/*.whl && /opt/interleaver/bin/pip uninstall --yes pip setuptools

FROM ${BASE} AS router-venv
COPY requirements/router.txt /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/router.txt
COPY --from=builder /wheels /wheels
RUN /opt/interleaver/bin/pip install --no-cache-dir --no-index --no-deps /wheels/*.whl && /opt/interleaver/bin/pip uninstall --yes pip setuptools

FROM ${BASE} AS operator
COPY --from=operator-venv /opt/interleaver /opt/interleaver
# A number, so that runAsNonRoot can be checked without a password file. Nothing is written to the root file system.
USER 65532:65532
ENV PATH=/opt/interleaver/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["interleaver"]

FROM ${BASE} AS router
COPY --from=router-venv /opt/interleaver /opt/interleaver
USER 65532:65532
ENV PATH=/opt/interleaver/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["interleaver"]
