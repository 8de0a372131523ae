// 20 processes one after another that each write 32 MiB and end: as they are, after a fork, moved, in part. Then it writes as
// much itself and waits for its input's end.
#include "test.h"

enum { SIZE = 32 << 20 };

int main(int count, char **words) {
  for (int i = 0; i < 20; i++)
    wait_for(CHILD({
      char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      memset(memory, 1, SIZE);
      if (i % 4 == 1) wait_for(CHILD({ memset(memory, 2, SIZE); 0; }));
      if (i % 4 == 2) memory = mremap(memory, SIZE, 2 * SIZE, MREMAP_MAYMOVE);
      if (i % 4 == 3) munmap(memory, SIZE / 2);
      0;
    }));
  memset(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 3, SIZE);
  puts("written"), fflush(stdout);
  getchar();
}
