// Memory that is to stay, and barriers between threads.
#include "test.h"

int main(void) {
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  SHOW(mlock(page, 4096));
  SHOW(mlock(page + 1, 1));
  SHOW(mlock(page, 8192));
  SHOW(munlock(page, 4096));
  SHOW(syscall(SYS_mlock2, page, 4096, 1));
  SHOW(syscall(SYS_mlock2, page, 8192, 0));
  SHOW(syscall(SYS_mlock2, page, 4096, 2));
  SHOW(mlockall(0));
  SHOW(mlockall(4));
  SHOW(mlockall(8 | 1));
  SHOW(mlockall(MCL_CURRENT));
  SHOW(munlockall());
  CHECK(syscall(SYS_membarrier, 0, 0, 0) > 0);
  SHOW(syscall(SYS_membarrier, 1, 0, 0));       // MEMBARRIER_CMD_GLOBAL
  SHOW(syscall(SYS_membarrier, 1 << 4, 0, 0));  // its private, expedited kind is registered first
  SHOW(syscall(SYS_membarrier, 1 << 3, 0, 0));
  SHOW(syscall(SYS_membarrier, 1 << 20, 0, 0));
}
