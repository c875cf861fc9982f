# The product's two images: --target operator and --target router. Built by docker and by buildah 1.28 (no heredocs).
# BASE is any image with Python 3.11 as python3, its venv module, and libstdc++ (scipy's wheels need it).
ARG BASE=python:3.11-slim-bookworm
# BUILDER is one with the same Python, its headers, and gcc.
ARG BUILDER=python:3.11-bookworm

# The project by itself, apart from its dependencies: a change of code renews one small layer. What routers execute is
# compiled, in a stage of its own: only what that is made from compiles it anew, and no compiler stays in an image.
FROM ${BUILDER} AS project
COPY requirements/build.txt requirements/router.txt /requirements/
# At the path the images use, because the console script names its interpreter. The router's packages say their types.
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/build.txt -r /requirements/router.txt
COPY pyproject.toml setup.py README.md LICENSE /source/
COPY operator/interleaver/__init__.py /source/operator/interleaver/
COPY operator/interleaver/api /source/operator/interleaver/api
COPY operator/interleaver/interleaving /source/operator/interleaver/interleaving
COPY operator/interleaver/router /source/operator/interleaver/router
RUN cd /source && INTERLEAVER_COMPILE=1 /opt/interleaver/bin/python setup.py --quiet build_ext --parallel 2 --build-lib /opt/compiled && rm -rf build .mypy_cache
COPY operator /source/operator
RUN /opt/interleaver/bin/pip install --no-cache-dir --no-deps --no-build-isolation --target /opt/project /source && cp -r /opt/compiled/. /opt/project/

FROM ${BASE} AS operator-dependencies
COPY requirements/operator.txt /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/operator.txt && /opt/interleaver/bin/pip uninstall --yes pip setuptools

FROM ${BASE} AS router-dependencies
COPY requirements/router.txt /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/router.txt && /opt/interleaver/bin/pip uninstall --yes pip setuptools

FROM ${BASE} AS operator
COPY --from=operator-dependencies /opt/interleaver /opt/interleaver
COPY --from=project /opt/project /opt/project
# A number, so that runAsNonRoot can be checked without a password file. Nothing is written to the root file system.
USER 65532:65532
ENV PATH=/opt/project/bin:/opt/interleaver/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/opt/project PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["interleaver"]

FROM ${BASE} AS router
COPY --from=router-dependencies /opt/interleaver /opt/interleaver
COPY --from=project /opt/project /opt/project
USER 65532:65532
ENV PATH=/opt/project/bin:/opt/interleaver/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/opt/project PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["interleaver"]
