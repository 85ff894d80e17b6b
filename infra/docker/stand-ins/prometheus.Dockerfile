# Stands in for Prometheus' image: Debian's Prometheus.
FROM debian:bookworm-slim
# Debian's has another folder for what it stores compiled in.
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends prometheus \
    && rm -rf /var/lib/apt/lists/* /var/lib/prometheus/metrics2 && install -d -o nobody -g nogroup /prometheus \
    && ln -s /prometheus /var/lib/prometheus/metrics2
USER nobody
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
