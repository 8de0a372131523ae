// mremap: growing, shrinking and moving.
#include "test.h"

#define PAGE 4096

int main(void) {
  char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 8; i++) p[i * PAGE] = i + 1;
  CHECK(mremap(p, 8 * PAGE, 4 * PAGE, 0) == p);
  CHECK(mremap(p, 4 * PAGE, 8 * PAGE, 0) == p); // into the room just left
  printf("%d %d\n", p[3 * PAGE], p[4 * PAGE]);
  char *wall = mmap(p + 4 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  CHECK(wall == p + 4 * PAGE);
  SHOW(mremap(p, 4 * PAGE, 100 * PAGE, 0));
  char *q = mremap(p, 4 * PAGE, 100 * PAGE, MREMAP_MAYMOVE);
  CHECK(q != MAP_FAILED && q != p);
  printf("%d %d %d %d, new %d\n", q[0], q[PAGE], q[2 * PAGE], q[3 * PAGE], q[99 * PAGE]);
  char *target = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(mremap(q, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
  target[1] = 77;
  printf("%d %d\n", target[0], target[PAGE]);
  SHOW(mremap(q, PAGE, PAGE, 0) == MAP_FAILED);
  SHOW(mremap(target + 1, PAGE, PAGE, 0));
  SHOW(mremap(target, PAGE, 0, 0));
  SHOW(mremap(target, PAGE, 2 * PAGE, 64));
  // realloc of large blocks uses it.
  char *block = malloc(1 << 20);
  memset(block, 3, 1 << 20);
  block = realloc(block, 32 << 20);
  printf("%d %d\n", block[0], block[(1 << 20) - 1]);
  free(block);

  // Memory of the size that a fork need not copy; what a fork has left to share; what was mapped after it.
  block = malloc(20 << 20);
  memset(block, 4, 20 << 20);
  void *behind = malloc(20 << 20);
  block = realloc(block, 40 << 20);
  printf("%d %d\n", block[0], block[(20 << 20) - 1]);
  show_status("child", wait_for(CHILD({ block[5] = 9; })));
  memset(block + (20 << 20), 5, 20 << 20);
  block = realloc(block, 100 << 20);
  printf("%d %d %d\n", block[5], block[(20 << 20) - 1], block[(40 << 20) - 1]);
  free(block), free(behind);

  // Shared memory is as large as it was made; beyond that a mapping of it shows nothing.
  p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 8; i++) p[i * PAGE] = i + 1;
  mprotect(p + PAGE, PAGE, PROT_READ), mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE);
  q = mremap(p, 8 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
  CHECK(q != MAP_FAILED && q != p);
  show_status("child", wait_for(CHILD({ q[7 * PAGE] = 80; q[6 * PAGE]; })));
  show_status("beyond", wait_for(CHILD({ q[8 * PAGE]; })));
  CHECK(mremap(q, 16 * PAGE, 4 * PAGE, 0) == q && mremap(q, 4 * PAGE, 8 * PAGE, 0) == q);
  printf("%d %d %d\n", q[0], q[6 * PAGE], q[7 * PAGE]);

  // To less, whatever was behind.
  p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 3 * PAGE, PAGE);
  mprotect(p + 5 * PAGE, PAGE, PROT_READ);
  CHECK(mremap(p, 8 * PAGE, 2 * PAGE, 0) == p);
  show_status("gone", wait_for(CHILD({ p[7 * PAGE]; })));
  p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 3 * PAGE, PAGE);
  p[PAGE] = 7;
  q = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(mremap(p, 8 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q && q[PAGE] == 7);
  show_status("gone", wait_for(CHILD({ p[7 * PAGE]; })));
  SHOW(mremap(q, 8 * PAGE, 9 * PAGE, MREMAP_MAYMOVE));
}
