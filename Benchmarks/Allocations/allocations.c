/* Counts what is allocated, for a program that is started with this preloaded:
 *
 *     cc -O2 -shared -fPIC -o allocations.so Benchmarks/Allocations/allocations.c
 *     LD_PRELOAD=./allocations.so PROGRAM
 *
 * Blocks are counted in the calling thread alone: what another one allocates meanwhile is not the measured part's.
 * glibc names its own functions a second time with two underscores, so that nothing has to be looked up, which would itself
 * allocate. */
#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread unsigned long blocks __attribute__((tls_model("initial-exec")));

unsigned long counted_allocations(void) { return blocks; }

void *malloc(size_t size) {
    blocks++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    blocks++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    blocks++;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    blocks++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    blocks++;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
