// The heap's end.
#include "test.h"

static void *end(void *to) { return (void *)syscall(SYS_brk, to); }

int main(void) {
  char *start = end(NULL);
  CHECK(end(start + 100000) == start + 100000);
  memset(start, 1, 100000);
  CHECK(end(start + 5) == start + 5);
  CHECK(end(start + 100000) == start + 100000);
  int sum = 0;
  for (int i = 8192; i < 100000; i++) sum += start[i];
  printf("what was given back is zero again: %d\n", sum);
  CHECK(end((void *)4096) == start + 100000);       // below the start: unchanged
  CHECK(end((void *)0xfffff000u) == start + 100000); // beyond the end: unchanged
  show_status("the child has its own", wait_for(CHILD({ end(start + 200000) == start + 200000; })));
  CHECK(end(NULL) == start + 100000);
  CHECK(end(start) == start);
  char *big = malloc(50 << 20);
  memset(big, 7, 50 << 20);
  printf("%d\n", big[12345678]);
  free(big);
}
