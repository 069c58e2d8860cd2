# One image for web, worker and beat.
FROM python:3.13-slim-trixie
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-croscore \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN pip install --no-cache-dir uv==0.13.9 && uv sync --locked --no-dev --no-install-project
ENV PATH=/app/.venv/bin:$PATH
COPY . .
RUN useradd --system --home-dir /app --shell /usr/sbin/nologin ninhgiang \
    && mkdir -p /data && chown ninhgiang /data \
    && SECRET_KEY=build NINHGIANG_DEMO=false NINHGIANG_VAR=/tmp/build STATIC_ROOT=/app/static-files \
       python manage.py collectstatic --noinput --verbosity 0
ENV NINHGIANG_VAR=/data STATIC_ROOT=/app/static-files
USER ninhgiang
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.py", "--bind", "0.0.0.0:8000"]
