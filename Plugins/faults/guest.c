/* Shows faults: of six writes the third and the sixth fail. */
#include <heirloom/guest.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  pipe(ends);
  for (int i = 1; i <= 6; i++) {
    set_syscall_table("faults", SYSCALL_TABLE_USE);
    ssize_t written = write(ends[1], "text", 4);
    int error = errno;
    set_syscall_table("faults", SYSCALL_TABLE_STOP);
    printf("write %d: %s\n", i, written < 0 ? strerror(error) : "ok");
  }
}
