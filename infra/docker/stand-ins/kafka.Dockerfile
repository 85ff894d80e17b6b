# Stands in for Apache Kafka's image: Kafka from the mounted folder, on Debian's Java.
FROM debian:bookworm-slim
RUN apt-get update --quiet=2 && mkdir -p /usr/share/man/man1 \
    && apt-get install --quiet=2 --yes --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /opt/kafka && cp -r /libraries /opt/kafka/libs && useradd --uid 1000 appuser \
    && install -d -o appuser -g appuser /opt/kafka/config /var/lib/kafka/data
COPY kafka /etc/kafka/docker/run
USER appuser
VOLUME /var/lib/kafka/data
CMD ["/etc/kafka/docker/run"]
