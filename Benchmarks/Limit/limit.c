// The limit that the figures for findings are held against: read a topic with librdkafka and COPY what is read into one table
// with a unique key, by two threads of half the partitions each. No decoding, no decisions, no positions, no outbox.
//
//   cc -O2 -o limit limit.c $(pkg-config --cflags --libs rdkafka libpq) -lpthread
//   limit BOOTSTRAP TOPIC PARTITIONS CONNINFO
//
// The table must be there: create table limit_finding (id text primary key, value bytea not null)
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 500 };
static const char *bootstrap, *topic, *conninfo;
static int partitions;

struct part {
    int first;
    long rows;
    double began, ended;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) die(name, error);
}

static char *put(char *at, const void *bytes, size_t length) {
    uint32_t size = htonl((uint32_t)length);
    memcpy(at, &size, 4);
    memcpy(at + 4, bytes, length);
    return at + 4 + length;
}

static void copy(PGconn *db, rd_kafka_message_t **messages, ssize_t count) {
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
    size_t room = 64;
    for (ssize_t i = 0; i < count; i++) room += messages[i]->len + 256;
    char *buffer = malloc(room), *at = buffer;
    memcpy(at, head, 19);
    at += 19;
    for (ssize_t i = 0; i < count; i++) {
        rd_kafka_headers_t *headers;
        const void *id = "";
        size_t length = 0;
        if (!rd_kafka_message_headers(messages[i], &headers)) rd_kafka_header_get_last(headers, "ce_id", &id, &length);
        uint16_t columns = htons(2);
        memcpy(at, &columns, 2);
        at = put(at + 2, id, length);
        at = put(at, messages[i]->payload, messages[i]->len);
    }
    memcpy(at, "\377\377", 2);
    at += 2;
    PGresult *result = PQexec(db, "copy limit_finding (id, value) from stdin (format binary)");
    if (PQresultStatus(result) != PGRES_COPY_IN) die("copy", PQerrorMessage(db));
    PQclear(result);
    if (PQputCopyData(db, buffer, at - buffer) != 1 || PQputCopyEnd(db, NULL) != 1) die("copy", PQerrorMessage(db));
    while ((result = PQgetResult(db))) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK) die("copy", PQresultErrorMessage(result));
        PQclear(result);
    }
    free(buffer);
}

static void *work(void *argument) {
    struct part *part = argument;
    PGconn *db = PQconnectdb(conninfo);
    if (PQstatus(db) != CONNECTION_OK) die("connect", PQerrorMessage(db));
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "group.id", "limit");
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.partition.eof", "true");
    char error[256];
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!kafka) die("kafka", error);
    rd_kafka_poll_set_consumer(kafka);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    int left = 0;
    for (int p = part->first; p < partitions; p += 2, left++)
        rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(kafka, list);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(kafka);
    rd_kafka_message_t *messages[BATCH];
    while (left > 0) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, 100, messages, BATCH), count = 0;
        for (ssize_t i = 0; i < got; i++) {
            if (messages[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) left--;
            if (messages[i]->err) rd_kafka_message_destroy(messages[i]);
            else messages[count++] = messages[i];
        }
        if (count == 0) continue;
        if (part->rows == 0) part->began = now();
        copy(db, messages, count);
        part->rows += count;
        part->ended = now();
        for (ssize_t i = 0; i < count; i++) rd_kafka_message_destroy(messages[i]);
    }
    PQfinish(db);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 5) die("usage", "limit BOOTSTRAP TOPIC PARTITIONS CONNINFO");
    bootstrap = arguments[1], topic = arguments[2], partitions = atoi(arguments[3]), conninfo = arguments[4];
    struct part parts[2] = {{0}, {1}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, &parts[i]);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    double began = parts[0].began < parts[1].began ? parts[0].began : parts[1].began;
    double ended = parts[0].ended > parts[1].ended ? parts[0].ended : parts[1].ended;
    printf("%ld rows, %.0f rows/s\n", parts[0].rows + parts[1].rows, (parts[0].rows + parts[1].rows) / (ended - began));
    return 0;
}
