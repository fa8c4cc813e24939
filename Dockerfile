# Serves an archive. docs/newsroom.md says how to use it.
#   docker build --tag rashomon .
#   docker run --rm --volume news:/archive rashomon ingest news.db https://www.sellencourier.example/feed.xml
#   docker run --publish 8000:8000 --volume news:/archive --env RASHOMON_TOKEN rashomon
ARG PYTHON=3.13

# Pinned and hashed packages, and the wheel, into an environment of their own.
FROM python:${PYTHON}-slim AS build
WORKDIR /build
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements/build.txt \
    && python -m venv --without-pip /opt/rashomon \
    && uv pip install --no-cache --compile-bytecode --python /opt/rashomon/bin/python \
        --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY docs/rashomon.1 docs/
COPY src src
RUN python -m hatchling build --target wheel \
    && uv pip install --no-cache --compile-bytecode --python /opt/rashomon/bin/python --no-deps dist/*.whl

# What runs, as a user that may write to the archive and to nothing else.
FROM python:${PYTHON}-slim
COPY --from=build /opt/rashomon /opt/rashomon
RUN useradd --system --uid 10001 --create-home rashomon \
    && install --directory --owner rashomon --group rashomon /archive
ENV PATH=/opt/rashomon/bin:${PATH}
USER rashomon
WORKDIR /archive
VOLUME /archive
EXPOSE 8000
# SIGTERM and Ctrl-C both end the server and watch in order.
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 5)"]
ENTRYPOINT ["rashomon"]
CMD ["serve", "news.db", "--host", "0.0.0.0"]
