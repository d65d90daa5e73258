FROM python:3.13-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
COPY requirements-postgres.lock .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-postgres.lock

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home cosign \
    && install -d -o cosign -g cosign /media
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/media
WORKDIR /app
COPY . .
# The key and the addresses serve this one step and stay out of the image.
RUN SECRET_KEY=collectstatic-reads-no-secret SITE_URL=https://build.invalid REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput
USER cosign
VOLUME /media
EXPOSE 8000
# The number of processes comes from WEB_CONCURRENCY.
CMD ["gunicorn", "cosign.wsgi", "--worker-class", "gthread", "--threads", "8", "--bind", "0.0.0.0:8000", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "--logger-class", "cosign.logs.WebServer"]
