# For CI: staticgo with Go, git, and jq for reports that are posted.
FROM docker.io/library/golang:1.27.3-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends jq && rm -rf /var/lib/apt/lists/* \
    # What is mounted or checked out here belongs to somebody else.
    && git config --system --add safe.directory '*'
COPY dist/staticgo /usr/local/bin/staticgo
COPY LICENSE NOTICE /usr/local/share/doc/staticgo/
# For whoever runs it as another user, as pre-commit does.
ENV HOME=/tmp
WORKDIR /src
ENTRYPOINT ["staticgo"]
