# The app in a container; docs/deploying.md says how to run it.
#   docker build -t polyphony .       (BuildKit, buildah and kaniko read this file)
#
# Python 3.13.15 on Debian 13, pinned by the digest of the tag's list of platforms;
# Dependabot proposes newer ones. Any Debian with python3 and python3-venv would do
# (`buildah bud --from`).
FROM docker.io/library/python:3.13-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS base

FROM base AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1
COPY requirements.lock /tmp/requirements.lock
# Nothing is built from source, so nothing of a package runs here. The tests and headers
# of the largest ones go (NumPy's own test helpers import one of its tests).
RUN python3 -m venv --copies /opt/polyphony \
 && /opt/polyphony/bin/pip install --no-compile --only-binary :all: --require-hashes \
      -r /tmp/requirements.lock \
 && cd /opt/polyphony/lib/python3*/site-packages \
 && rm -rf pip pip-*.dist-info setuptools setuptools-*.dist-info /opt/polyphony/bin/pip* \
      pyarrow/include pyarrow/src pyarrow/tests pandas/tests \
 && find scipy numpy -type d -name tests -not -path numpy/_core/tests -prune \
      -exec rm -rf {} +
COPY app.py /app/app.py
COPY .streamlit/config.toml /app/.streamlit/config.toml
COPY moa_core /app/moa_core
COPY storage /app/storage
COPY services /app/services
COPY pages /app/pages
COPY --chmod=755 deploy/polyphony deploy/healthcheck /opt/polyphony/bin/
# Compiled once, since nobody can write here later; files belong to root, others read.
RUN /opt/polyphony/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
      /app /opt/polyphony/lib \
 && chmod -R u=rwX,go=rX /app /opt/polyphony

FROM base
LABEL org.opencontainers.image.title="Polyphony" \
      org.opencontainers.image.description="A chat in which several language models answer in layers and one writes the final answer" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 polyphony \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data \
      --shell /usr/sbin/nologin polyphony \
 && install -d -o polyphony -g polyphony -m 0700 /data \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=packages /opt/polyphony /opt/polyphony
COPY --from=packages /app /app
WORKDIR /app
# Everything that is kept is below /data: XDG_DATA_HOME leads there. Nobody else's models
# run beside the app, and nothing can be installed.
ENV PATH=/opt/polyphony/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 HOME=/data XDG_DATA_HOME=/data XDG_CACHE_HOME=/tmp/cache \
    POLYPHONY_LOCAL_SERVERS=off POLYPHONY_DEMO_MODELS=off \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_PORT=8501
USER 10001:10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["healthcheck"]
STOPSIGNAL SIGTERM
CMD ["polyphony", "serve"]
