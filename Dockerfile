# Watchbell in a container. Build it in this folder: docker build -t watchbell .
#
# The image holds no setting and no secret. It needs watchbell.toml at /etc/watchbell/watchbell.toml and the
# tokens as files (SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token and so on); see docs/running.md.

FROM python:3.11.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/watchbell
COPY requirements.lock ./
# Nothing is installed that is not in the lock with its hash.
RUN /opt/watchbell/bin/python -m pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY handlers handlers
COPY jobs jobs
COPY sandbox sandbox
RUN /opt/watchbell/bin/python -m pip install --no-deps --no-build-isolation --no-index . \
 && /opt/watchbell/bin/python -m pip check \
 && /opt/watchbell/bin/python -m pip uninstall --yes setuptools pip

FROM python:3.11.11-slim-bookworm
RUN groupadd --gid 10001 watchbell \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin watchbell \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/watchbell /opt/watchbell
ENV PATH=/opt/watchbell/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    WATCHBELL_CONFIG=/etc/watchbell/watchbell.toml \
    PORT=3000
USER 10001:10001
# Without DATABASE_URL the database is a file below this folder.
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=3)"]
# Exec form, no shell between: SIGTERM reaches Python itself, which finishes what it has begun.
ENTRYPOINT ["watchbell"]
# In a container 0.0.0.0 is the container's own network; what is reachable is what the host publishes.
CMD ["run", "--host", "0.0.0.0"]
