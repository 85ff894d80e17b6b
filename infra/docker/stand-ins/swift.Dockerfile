# Stands in for the image of Swift: what the toolchain asks for. The toolchain itself is mounted.
FROM debian:bookworm-slim
ARG TOOLCHAIN
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends \
    binutils-gold ca-certificates gcc g++ git libc6-dev libcurl4-openssl-dev libedit-dev libncurses-dev libpython3-dev \
    libsqlite3-dev libxml2-dev pkg-config tzdata uuid-dev zlib1g-dev && rm -rf /var/lib/apt/lists/*
ENV PATH=$TOOLCHAIN/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
