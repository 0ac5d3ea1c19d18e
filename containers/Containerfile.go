# For CI: staticgo with Go and git, and jq for reports that are posted.
FROM docker.io/library/golang:1.27.3-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends jq && rm -rf /var/lib/apt/lists/* \
    # Mounted or checked-out files can belong to another user.
    && git config --system --add safe.directory '*'
COPY dist/staticgo /usr/local/bin/staticgo
COPY LICENSE NOTICE /usr/local/share/doc/staticgo/
# For users without a home directory: pre-commit runs the image as another user.
ENV HOME=/tmp
WORKDIR /src
ENTRYPOINT ["staticgo"]
