// Pipes: capacity, end of file, SIGPIPE, non-blocking, and a pipeline of processes.
#include "test.h"
#include <sys/uio.h>

int main(void) {
  int fds[2];
  char buffer[4096] = "hello";
  SHOW(pipe(fds));
  SHOW(write(fds[1], buffer, 5));
  SHOW(read(fds[0], buffer, sizeof buffer));
  close(fds[1]);
  SHOW(read(fds[0], buffer, 1));
  SHOW(pipe2(fds, O_NONBLOCK));
  SHOW(read(fds[0], buffer, 1));
  int total = 0, n;
  while ((n = write(fds[1], buffer, sizeof buffer)) > 0) total += n;
  printf("full at %d: %s\n", total, strerrorname_np(errno));
  close(fds[0]);
  show_status("no reader", wait_for(CHILD(write(fds[1], "x", 1))));
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(fds[1], "x", 1));
  SHOW(pipe2(fds, 0x1000000));
  SHOW(pipe((int *)4));

  pipe(fds);
  struct iovec parts[3] = {{"one ", 4}, {"", 0}, {"two", 3}};
  SHOW(writev(fds[1], parts, 3));
  char a[3], b[10] = "";
  struct iovec into[2] = {{a, 3}, {b, 9}};
  SHOW(readv(fds[0], into, 2));
  printf("%.3s|%s\n", a, b);
  SHOW(writev(fds[1], parts, -1));
  SHOW(writev(fds[1], (void *)8, 1));
  SHOW(readv(99, into, 2));

  // seq 1..20000 | sum, through two processes.
  pipe(fds);
  int result[2];
  pipe(result);
  CHILD({ FILE *out = fdopen(fds[1], "w"); for (int i = 1; i <= 20000; i++) fprintf(out, "%d\n", i); fclose(out); 0; });
  CHILD({ close(fds[1]); FILE *in = fdopen(fds[0], "r"); long sum = 0, i; while (fscanf(in, "%ld", &i) == 1) sum += i;
          write(result[1], &sum, sizeof sum); 0; });
  close(fds[1]);
  long sum;
  read(result[0], &sum, sizeof sum);
  printf("sum %ld\n", sum);
}
