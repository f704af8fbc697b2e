# A run in a container: docker build -t mashang . && docker run --rm -v "$PWD/runs:/app/runs" mashang run
# The folder that is mounted must be writable for the user 10001.
FROM python:3.11-slim

ENV LANG=C.UTF-8 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE mashang.py mashang_doctor.py ./
COPY engine engine
COPY sim sim
COPY loadtests loadtests
COPY wording wording
RUN pip install --no-deps . \
    && useradd --uid 10001 --no-create-home mashang \
    && mkdir runs \
    && chown mashang runs
USER mashang
ENTRYPOINT ["mashang"]
CMD ["--help"]
