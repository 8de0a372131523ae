// Code that one thread writes while another runs it: each call sees an old instruction or a new one, never a mixture, and
// once the writer has said so, the new one. By the page's own mapping, and by another of the same memory.
//: cc -pthread
#include "test.h"
#include <pthread.h>

enum { calls = 100000, changes = 2000 };

typedef unsigned (*function)(unsigned, unsigned, unsigned);

// mov eax, VALUE; ret: all else is looked at by the caller. The value stands on a word's boundary, so
// that it is written at once.
static const unsigned char body[] = {0x90, 0x90, 0x90, 0xb8, 0, 0, 0, 0, 0xc3};
enum { value_at = 4 };

static volatile unsigned *value;
static unsigned char *code;
static volatile unsigned said;
static volatile int is_over;

static unsigned make(unsigned number) { return number << 16 | (number ^ 0x5a5a); }
static int is_made(unsigned answer) { return ((answer >> 16) ^ 0x5a5a) == (answer & 0xffff); }

static void *write_on(void *unused) {
  (void)unused;
  for (unsigned number = 1; number <= changes; number++) {
    *value = make(number);
    __atomic_store_n(&said, number, __ATOMIC_SEQ_CST);
    if (number % 64 == 0) sched_yield();
  }
  is_over = 1;
  return NULL;
}

struct result { unsigned mixed, late, registers; };

static void *run_on(void *to) {
  struct result *result = to;
  for (unsigned call = 0; call < calls || !is_over; call++) {
    unsigned known = __atomic_load_n(&said, __ATOMIC_SEQ_CST), answer, ecx = call, edx = ~call, esi = call ^ 0x55, serial = 0;
    unsigned char zero;
    // What has been said to be written is fetched after a serialising instruction (Intel SDM volume 3, "Cross-Modifying Code").
    __asm__ volatile("xchg %%ebx, %%edi; cpuid; xchg %%ebx, %%edi" : "+a"(serial) : : "ecx", "edx", "edi");
    __asm__ volatile("cmp %%eax, %%eax; call *%%edi; setz %4"
                     : "=a"(answer), "+c"(ecx), "+d"(edx), "+S"(esi), "=m"(zero) : "D"(code) : "cc", "memory");
    if (!is_made(answer)) result->mixed++;
    if (answer >> 16 < known) result->late++;
    if (ecx != call || edx != ~call || esi != (call ^ 0x55) || !zero) result->registers++;
  }
  return NULL;
}

static void run(const char *how, unsigned char *writable, unsigned char *executable) {
  memcpy(writable, body, sizeof body);
  value = (volatile unsigned *)(writable + value_at);
  code = executable;
  *value = make(0), said = 0, is_over = 0;
  struct result results[2] = {0};
  pthread_t threads[3];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, run_on, &results[i]);
  pthread_create(&threads[2], NULL, write_on, NULL);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  printf("%s: mixed %u, late %u, registers %u\n", how, results[0].mixed + results[1].mixed, results[0].late + results[1].late,
         results[0].registers + results[1].registers);
}

int main(void) {
  unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  run("one mapping", page, page);

  int fd = memfd_create("code", 0);
  ftruncate(fd, 4096);
  unsigned char *writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  unsigned char *executable = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  run("two mappings", writable, executable);
}
