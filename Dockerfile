# The product's images: --target operator, --target router and --target lab. Built by docker and by buildah 1.28 (no heredocs).
# BASE is any image with Python 3.11 as python3, and libstdc++ (scipy's wheels need it).
ARG BASE=python:3.11-slim-bookworm
# BUILDER is one with the same Python at the same place, its venv module and headers, gcc and strip.
ARG BUILDER=python:3.11-bookworm
# One time for all that is written, so that two builds are the same. With it Python tells by a source's hash, and not by
# its time, whether what was compiled of it is current: files in layers have this time, and not that of their making.
ARG SOURCE_DATE_EPOCH=1767225600

# The project by itself, apart from its dependencies: a change of code renews one small layer. What routers execute is
# compiled, in a stage of its own: only what that is made from compiles it anew, and no compiler stays in an image.
FROM ${BUILDER} AS project
ARG SOURCE_DATE_EPOCH
COPY requirements/build.txt requirements/router.txt /requirements/
# At the path the images use, because the console script names its interpreter. The router's packages say their types.
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/build.txt -r /requirements/router.txt
COPY pyproject.toml setup.py README.md LICENSE /source/
COPY operator/interleaver/__init__.py /source/operator/interleaver/
COPY operator/interleaver/api /source/operator/interleaver/api
COPY operator/interleaver/interleaving /source/operator/interleaver/interleaving
COPY operator/interleaver/router /source/operator/interleaver/router
RUN cd /source && INTERLEAVER_COMPILE=1 PYTHONHASHSEED=0 /opt/interleaver/bin/python setup.py --quiet build_ext --parallel 2 --build-lib /opt/compiled && rm -rf build .mypy_cache
COPY operator /source/operator
# What pip compiles for --target names the folder of a moment, another one each time: it is compiled where it stays.
RUN /opt/interleaver/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-compile --target /opt/project /source && cp -r /opt/compiled/. /opt/project/ && python3 -m compileall -q /opt/project

# Dependencies are installed where pip and strip are. Of them hack/images/slim.py leaves out what nothing in the image loads.
FROM ${BUILDER} AS operator-dependencies
ARG SOURCE_DATE_EPOCH
COPY requirements/operator.txt hack/images/slim.py /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/operator.txt && /opt/interleaver/bin/pip uninstall --yes pip setuptools && python3 /requirements/slim.py /opt/interleaver/lib/python3.11/site-packages --of-operator

FROM ${BUILDER} AS router-dependencies
ARG SOURCE_DATE_EPOCH
COPY requirements/router.txt hack/images/slim.py /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/router.txt && /opt/interleaver/bin/pip uninstall --yes pip setuptools && python3 /requirements/slim.py /opt/interleaver/lib/python3.11/site-packages

# Teams' own metrics and models may load what we do not: nothing is left out here.
FROM ${BUILDER} AS lab-dependencies
ARG SOURCE_DATE_EPOCH
COPY requirements/lab.txt /requirements/
RUN python3 -m venv /opt/interleaver && /opt/interleaver/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements/lab.txt && /opt/interleaver/bin/pip uninstall --yes pip setuptools

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

FROM ${BASE} AS lab
COPY --from=lab-dependencies /opt/interleaver /opt/interleaver
COPY --from=project /opt/project /opt/project
USER 65532:65532
# Suites and evaluations are mounted below /lab. MLflow and matplotlib keep small files of their own in a home.
WORKDIR /lab
ENV HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib PATH=/opt/project/bin:/opt/interleaver/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/opt/project PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["interleaver", "lab"]
