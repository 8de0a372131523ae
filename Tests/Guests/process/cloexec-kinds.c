// Close-on-exec for every way to get a descriptor: in the process itself, in its child, and in one that shares its table.
#include "test.h"
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

static char *self;

static void list(const char *who) {
  printf("%s:", who);
  for (int fd = 3; fd < 1024; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf(" %d", fd);
  puts("");
  fflush(stdout);
}

static void again(const char *who) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) execl(self, self, who, NULL), _exit(1);
  waitpid(child, NULL, 0);
}

static void pass(int socket, int fd) {
  struct { struct cmsghdr head; int fd; } control = {{CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, fd};
  struct iovec bytes = {"x", 1};
  SHOW(sendmsg(socket, &(struct msghdr){.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control}, 0));
}

static int receive(int socket, int flags) {
  struct { struct cmsghdr head; int fd; } control;
  char byte;
  struct iovec bytes = {&byte, 1};
  struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  return recvmsg(socket, &message, flags) == 1 ? control.fd : -1;
}

static int opens(void *unused) {
  (void)unused;
  fcntl(0, F_DUPFD_CLOEXEC, 700), fcntl(0, F_DUPFD, 701);
  return 0;
}

int main(int argc, char **argv) {
  self = argv[0];
  if (argc > 1) return list(argv[1]), 0;
  for (int fd = 3; fd < 1024; fd++) close(fd);
  int pair[2], cut[2];
  SHOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)); // 3, 4
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, cut));                 // 5, 6
  SHOW(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  SHOW(eventfd(0, EFD_CLOEXEC)), SHOW(eventfd(0, 0));
  SHOW(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)), SHOW(timerfd_create(CLOCK_MONOTONIC, 0));
  SHOW(epoll_create1(EPOLL_CLOEXEC)), SHOW(epoll_create(1));
  SHOW(inotify_init1(IN_CLOEXEC)), SHOW(inotify_init());
  SHOW(memfd_create("a", MFD_CLOEXEC)), SHOW(memfd_create("b", 0));
  pass(cut[0], 0), SHOW(receive(cut[1], MSG_CMSG_CLOEXEC));
  pass(cut[0], 0), SHOW(receive(cut[1], 0));
  int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  SHOW(bind(server, (struct sockaddr *)&(struct sockaddr_un){AF_UNIX, ""}, sizeof(sa_family_t)));
  struct sockaddr_un name;
  socklen_t length = sizeof name;
  SHOW(getsockname(server, (struct sockaddr *)&name, &length)), SHOW(listen(server, 2));
  SHOW(connect(client, (struct sockaddr *)&name, length)), SHOW(accept4(server, NULL, NULL, SOCK_CLOEXEC));
  SHOW(dup2(0, 900)), SHOW(dup3(0, 901, O_CLOEXEC)), SHOW(fcntl(0, F_DUPFD_CLOEXEC, 902)), SHOW(dup2(0, 903));
  SHOW(ioctl(903, FIOCLEX)), SHOW(dup2(0, 1023)), SHOW(fcntl(1023, F_SETFD, FD_CLOEXEC));
  again("child");

  static char stack[16384];
  pid_t sharer = clone(opens, stack + sizeof stack, CLONE_FILES | SIGCHLD, NULL);
  SHOW(waitpid(sharer, NULL, 0) == sharer);
  again("child of one whose table another has had too");
  execl(self, self, "itself", NULL);
}
