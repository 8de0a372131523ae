// What a process has closed is closed: nothing else that the kernel keeps for it holds a pipe's end open.
#include "test.h"
#include <poll.h>
#include <pthread.h>
#include <sys/time.h>

static void *nothing(void *unused) { return unused; }

// Sets up what may copy the table of descriptors while the pipe is open, and then asks the reader.
static void with(const char *what, void (*begin)(void)) {
  int fds[2];
  char buffer[1];
  pipe(fds);
  begin();
  usleep(50000);
  close(fds[1]);
  struct pollfd reader = {fds[0], POLLIN, 0};
  int ready = poll(&reader, 1, 5000);
  printf("%s: poll %d, %#x, read %d\n", what, ready, reader.revents, ready == 1 ? (int)read(fds[0], buffer, 1) : -1);
  close(fds[0]);
}

static void timer(void) { setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {1000, 0}}, NULL); }
static void thread(void) {
  pthread_t made;
  pthread_create(&made, NULL, nothing, NULL);
  pthread_join(made, NULL);
}
static void child(void) { show_status("child", wait_for(CHILD(0))); }
static void borrowed(void) {
  int id = vfork();
  if (id == 0) _exit(0);
  show_status("vfork", wait_for(id));
}

int main(void) {
  with("a timer", timer);
  with("a thread", thread);
  with("a child", child);
  with("a child in this memory", borrowed);
}
