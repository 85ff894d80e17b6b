// The threads and locks of C11, by those of POSIX: the thread sanitizer knows only the latter, and librdkafka uses the former. Without
// this it dies where a thread of librdkafka's calls us. In glibc either kind has the same types (threads.h, bits/thread-shared-types.h).
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

struct start { thrd_start_t body; void *argument; };

static void *run(void *given) {
    struct start start = *(struct start *)given;
    free(given);
    return (void *)(intptr_t)start.body(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t body, void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start) return thrd_nomem;
    *start = (struct start){body, argument};
    if (pthread_create((pthread_t *)thread, 0, run, start) == 0) return thrd_success;
    free(start);
    return thrd_error;
}

int thrd_join(thrd_t thread, int *result) {
    void *value;
    if (pthread_join((pthread_t)thread, &value) != 0) return thrd_error;
    if (result) *result = (int)(intptr_t)value;
    return thrd_success;
}

int thrd_detach(thrd_t thread) { return pthread_detach((pthread_t)thread) == 0 ? thrd_success : thrd_error; }

int mtx_lock(mtx_t *lock) { return pthread_mutex_lock((pthread_mutex_t *)lock) == 0 ? thrd_success : thrd_error; }

int mtx_trylock(mtx_t *lock) { return pthread_mutex_trylock((pthread_mutex_t *)lock) == 0 ? thrd_success : thrd_busy; }

int mtx_unlock(mtx_t *lock) { return pthread_mutex_unlock((pthread_mutex_t *)lock) == 0 ? thrd_success : thrd_error; }

void mtx_destroy(mtx_t *lock) { pthread_mutex_destroy((pthread_mutex_t *)lock); }

int cnd_wait(cnd_t *condition, mtx_t *lock) {
    return pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)lock) == 0 ? thrd_success : thrd_error;
}

int cnd_timedwait(cnd_t *condition, mtx_t *lock, const struct timespec *until) {
    int result = pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)lock, until);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}

int cnd_signal(cnd_t *condition) { return pthread_cond_signal((pthread_cond_t *)condition) == 0 ? thrd_success : thrd_error; }

int cnd_broadcast(cnd_t *condition) {
    return pthread_cond_broadcast((pthread_cond_t *)condition) == 0 ? thrd_success : thrd_error;
}

void cnd_destroy(cnd_t *condition) { pthread_cond_destroy((pthread_cond_t *)condition); }
