# The Python and the Debian of tests/extra/second-python.
FROM python:3.13.14-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/runtime.txt

COPY pyproject.toml README.md LICENSE ./
COPY api api
COPY cli cli
COPY config config
COPY media media
COPY models models
COPY provider provider
COPY scheduler scheduler
COPY services services
COPY simulator simulator
COPY ui ui
COPY worker worker
# Editable: the packages are read from /app, where `-A worker.app` finds them too.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .
COPY examples examples

RUN useradd --create-home slotbeat && mkdir -p var/media && chown -R slotbeat var
USER slotbeat
EXPOSE 8000
CMD ["slotbeat", "up", "--host", "0.0.0.0"]
