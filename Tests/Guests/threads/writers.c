// Threads that write code on the same pages, each under its function's lock, and run it: by stores, by what system calls write,
// while pages are protected anew and processes are forked.
//: cc -pthread
#include "test.h"
#include <pthread.h>

enum { PAGE = 4096, PAGES = 8, EACH = 16, COUNT = PAGES * EACH, THREADS = 3, STEPS = 15000, FORKS = 20 };

static unsigned char *code;
static int file;
static struct { pthread_mutex_t lock; int value; } functions[COUNT];
static volatile int wrong, failed;

static unsigned char *place(int i) { return code + i / EACH * PAGE + i % EACH * 200; }

static int run(int i) {
  // After that what other processors have written is fetched (Intel SDM volume 3, "Cross-Modifying Code").
  unsigned a = 0, c;
  __asm__ volatile("xchg %%ebx, %%edi; cpuid; xchg %%ebx, %%edi" : "+a"(a), "=c"(c) : : "edx", "edi", "memory");
  return ((int (*)(void))place(i))();
}

static void write_code(int i, int value, int by_call) {
  unsigned char bytes[6] = {0xb8, 0, 0, 0, 0, 0xc3}; // mov eax, value; ret
  memcpy(bytes + 1, &value, 4);
  if (!by_call) memcpy(place(i), bytes, sizeof bytes);
  else if (pwrite(file, bytes, 6, i * 8) != 6 || pread(file, place(i), 6, i * 8) != 6) failed++;
}

static void *work(void *seed) {
  uint64_t state = (uintptr_t)seed * 0x9e3779b97f4a7c15u;
  for (int step = 0; step < STEPS; step++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    unsigned random = state >> 33;
    int i = random % COUNT;
    pthread_mutex_lock(&functions[i].lock);
    if (random / COUNT % 4 == 0) write_code(i, ++functions[i].value, random / COUNT % 8 == 0);
    if (run(i) != functions[i].value) wrong++;
    if (random / COUNT % 64 == 1) mprotect(code + i / EACH * PAGE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    // What the kernel itself writes stands beside the code.
    if (random / COUNT % 16 == 2 && clock_gettime(CLOCK_MONOTONIC, (struct timespec *)(place(i) + 64))) failed++;
    pthread_mutex_unlock(&functions[i].lock);
  }
  return NULL;
}

// Each of a child's functions does what its bytes say.
static int check(void) {
  for (int i = 0; i < COUNT; i++) {
    int value;
    memcpy(&value, place(i) + 1, 4);
    if (run(i) != value) return 1;
  }
  return 0;
}

static void try(const char *how, int flags) {
  code = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, flags | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < COUNT; i++) functions[i].value = 0, write_code(i, 0, 0);
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
  int bad = 0;
  // Where memory is shared the others go on writing under a child's hands.
  for (int i = 0; i < FORKS; i++) bad |= wait_for(CHILD(flags == MAP_PRIVATE && check()));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  printf("%s: wrong %d, failed %d, children %d\n", how, wrong, failed, bad);
}

int main(void) {
  for (int i = 0; i < COUNT; i++) pthread_mutex_init(&functions[i].lock, NULL);
  file = memfd_create("code", 0);
  try("private", MAP_PRIVATE);
  try("shared", MAP_SHARED);
}
