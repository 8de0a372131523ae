/* Eight processes that call getpid without pause, under a table in which modules come and go: the answer is the kernel's or
 * one more, until it is -EPERM. Says so to the log, through call 900, when all are at work. */
#include <heirloom/guest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int hammer(void) {
  int own = syscall(SYS_gettid);
  unsigned long overridden = 0, plain = 0;
  for (;;) {
    int answer = syscall(SYS_getpid);
    if (answer == own + 1)
      overridden++;
    else if (answer == own)
      plain++;
    else
      return answer == -1 ? (overridden && plain ? 0 : 2) : 1;
  }
}

int main(void) {
  int bad = 0, status;
  if (set_syscall_table("vector_1", SYSCALL_TABLE_USE) != 0) return 3;
  sleep(3); /* what is measured first is measured in peace */
  for (int i = 0; i < 8; i++)
    if (fork() == 0) _exit(nice(10) == -1 ? 4 : hammer());
  syscall(900);
  while (wait(&status) > 0) bad |= status;
  return bad != 0;
}
