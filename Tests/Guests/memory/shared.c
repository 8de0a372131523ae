// Memory that processes share, and memory that fork copies.
#include "test.h"
#include <sys/ipc.h>

int main(void) {
  int flags = MAP_ANONYMOUS;
  volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | flags, -1, 0);
  volatile int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | flags, -1, 0);
  shared[0] = private[0] = 1;
  show_status("child", wait_for(CHILD({ shared[0] += 10; private[0] += 10; private[0]; })));
  printf("shared %d private %d\n", shared[0], private[0]);

  // The child's copy is of the moment of fork.
  int go[2];
  pipe(go);
  pid_t child = CHILD({ char c; read(go[0], &c, 1); private[0]; });
  private[0] = 99;
  write(go[1], "x", 1);
  show_status("late", wait_for(child));

  // Atomics across processes.
  pid_t workers[4];
  for (int i = 0; i < 4; i++)
    workers[i] = CHILD({ for (int n = 0; n < 20000; n++) __sync_fetch_and_add(&shared[1], 1); 0; });
  for (int i = 0; i < 4; i++) wait_for(workers[i]);
  printf("counted %d\n", shared[1]);

  // A large private area, changed on both sides.
  enum { size = 16 << 20 };
  unsigned char *area = malloc(size);
  for (int i = 0; i < size; i += 4096) area[i] = i >> 12;
  child = CHILD({
    unsigned sum = 0;
    for (int i = 0; i < size; i += 4096) sum += area[i], area[i] = 0;
    sum % 251;
  });
  for (int i = 0; i < size; i += 8192) area[i] = 1;
  show_status("copy", wait_for(child));
  unsigned sum = 0;
  for (int i = 0; i < size; i += 4096) sum += area[i];
  printf("sum %u\n", sum);
}
