/* Unix and internet sockets, by the old and the new calls; messages with control data. */
#include "check.h"
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#define BAD ((void *)0xfffff000)
static long old(int which, long a, long b, long c, long d, long e, long f) {
  long args[6] = {a, b, c, d, e, f};
  return CALL(socketcall, which, args);
}

static void pairs(void) {
  int s[2];
  char buf[32] = "";
  SHOW("socketpair", CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, s));
  SHOW("socketpair bad", CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, BAD));
  SHOW("sendto", CALL(sendto, s[0], "hello", 5, 0, 0, 0));
  SHOW("recvfrom", CALL(recvfrom, s[1], buf, 32, 0, 0, 0));
  printf("  %s\n", buf);
  SHOW("old send", old(9, s[1], (long)"back", 4, 0, 0, 0));
  SHOW("old recv", old(10, s[0], (long)buf, 32, MSG_PEEK, 0, 0));
  SHOW("old recvfrom", old(12, s[0], (long)buf, 32, 0, 0, 0));
  SHOW("recv nothing", CALL(recvfrom, s[0], buf, 32, MSG_DONTWAIT, 0, 0));
  SHOW("send bad", CALL(sendto, s[0], BAD, 5, 0, 0, 0));
  SHOW("shutdown", CALL(shutdown, s[0], SHUT_WR));
  SHOW("recv end", CALL(recvfrom, s[1], buf, 32, 0, 0, 0));
  SHOW("send broken", CALL(sendto, s[0], "x", 1, MSG_NOSIGNAL, 0, 0));
  int pid = fork();
  if (pid == 0) { CALL(sendto, s[0], "x", 1, 0, 0, 0); _exit(0); }
  int status;
  waitpid(pid, &status, 0);
  SHOW("killed by", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  SHOW("old socketcall bad", old(77, 0, 0, 0, 0, 0, 0));
  SHOW("socketcall bad", CALL(socketcall, 1, BAD));
  SHOW("not a socket", CALL(listen, 0, 1) < 0);
  close(s[0]); close(s[1]);
}

static void unix_names(void) {
  struct sockaddr_un a = {AF_UNIX, "sock"}, b;
  int s = CALL(socket, AF_UNIX, SOCK_STREAM, 0);
  SHOW("bind", CALL(bind, s, &a, sizeof a));
  SHOW("bind again", CALL(bind, CALL(socket, AF_UNIX, SOCK_STREAM, 0), &a, sizeof a));
  struct stat st;
  stat("sock", &st);
  printf("  mode %o\n", st.st_mode);
  SHOW("connect, not listening", CALL(connect, CALL(socket, AF_UNIX, SOCK_STREAM, 0), &a, sizeof a));
  SHOW("listen", CALL(listen, s, 5));
  socklen_t n = sizeof b;
  SHOW("getsockname", CALL(getsockname, s, &b, &n));
  printf("  %s %d\n", b.sun_path, n);
  int c = CALL(socket, AF_UNIX, SOCK_STREAM, 0);
  SHOW("connect", CALL(connect, c, &a, sizeof a));
  n = sizeof b;
  int t = CALL(accept4, s, &b, &n, SOCK_CLOEXEC);
  SHOW("accept4", t >= 0);
  SHOW("address length", n);
  SHOW("F_GETFD", CALL(fcntl64, t, F_GETFD));
  n = sizeof b;
  SHOW("getpeername", CALL(getpeername, c, &b, &n));
  printf("  %s\n", b.sun_path);
  SHOW("write", CALL(write, c, "abc", 3));
  char buf[8] = "";
  SHOW("read", CALL(read, t, buf, 8));
  struct { int pid, uid, gid; } who;
  n = sizeof who;
  SHOW("SO_PEERCRED", CALL(getsockopt, t, SOL_SOCKET, SO_PEERCRED, &who, &n));
  CHECK(who.pid == getpid() && who.uid == (int)getuid());
  struct sockaddr_un none = {AF_UNIX, "none"};
  SHOW("connect missing", CALL(connect, CALL(socket, AF_UNIX, SOCK_STREAM, 0), &none, 7));
  struct sockaddr_un abs = {AF_UNIX, {0}};
  sprintf(abs.sun_path, "%s/abs", workdir);
  SHOW("bind absolute", CALL(bind, CALL(socket, AF_UNIX, SOCK_DGRAM, 0), &abs, sizeof abs));
  SHOW("unlink", unlink("abs"));
  struct sockaddr_un name = {AF_UNIX, {0}};
  sprintf(name.sun_path + 1, "heirloom-%d", getpid());
  SHOW("bind abstract", CALL(bind, CALL(socket, AF_UNIX, SOCK_DGRAM, 0), &name, 20));
  for (int i = 3; i < 40; i++) close(i);
}

static void internet(void) {
  struct sockaddr_in a = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}}, b;
  int s = CALL(socket, AF_INET, SOCK_STREAM, 0), one = 1;
  SHOW("setsockopt", CALL(setsockopt, s, SOL_SOCKET, SO_REUSEADDR, &one, 4));
  SHOW("bind", CALL(bind, s, &a, sizeof a));
  socklen_t n = sizeof a;
  SHOW("getsockname", CALL(getsockname, s, &a, &n));
  SHOW("listen", CALL(listen, s, 5));
  int c = CALL(socket, AF_INET, SOCK_STREAM, 0);
  int pid = fork();
  if (pid == 0) {
    usleep(20000);
    if (CALL(connect, c, &a, sizeof a)) _exit(1);
    write(c, "over tcp", 8);
    _exit(0);
  }
  n = sizeof b;
  close(c);
  int t = old(5, s, (long)&b, (long)&n, 0, 0, 0);
  SHOW("accept", t >= 0);
  CHECK(n == 16 && b.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
  char buf[16] = "";
  SHOW("recv", CALL(recvfrom, t, buf, 16, MSG_WAITALL, 0, 0));
  printf("  %s\n", buf);
  waitpid(pid, 0, 0);
  int value = 0;
  n = 4;
  SHOW("SO_TYPE", CALL(getsockopt, s, SOL_SOCKET, SO_TYPE, &value, &n));
  printf("  %d %d\n", value, n);
  SHOW("getsockopt bad", CALL(getsockopt, s, SOL_SOCKET, SO_TYPE, BAD, &n));
  struct timeval tv = {0, 50000};
  SHOW("SO_RCVTIMEO", CALL(setsockopt, s, SOL_SOCKET, 20, &tv, 8));
  memset(&tv, 0, sizeof tv);
  n = 8;
  SHOW("SO_RCVTIMEO", CALL(getsockopt, s, SOL_SOCKET, 20, &tv, &n));
  printf("  %ld %d\n", (long)tv.tv_usec / 10000, n);
  SHOW("accept timeout", CALL(accept4, s, 0, 0, 0));
  int u = CALL(socket, AF_INET, SOCK_DGRAM, 0), v = CALL(socket, AF_INET, SOCK_DGRAM, 0);
  a.sin_port = 0;
  bind(u, (void *)&a, sizeof a);
  n = sizeof a;
  getsockname(u, (void *)&a, &n);
  SHOW("sendto", CALL(sendto, v, "datagram", 8, 0, &a, sizeof a));
  n = sizeof b;
  SHOW("recvfrom", CALL(recvfrom, u, buf, 16, 0, &b, &n));
  CHECK(n == 16 && b.sin_port != 0);
  a.sin_port = htons(1);
  SHOW("connect refused", CALL(connect, CALL(socket, AF_INET, SOCK_STREAM, 0), &a, sizeof a));
  for (int i = 3; i < 40; i++) close(i);
}

static void messages(void) {
  int s[2], p[2];
  CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, s);
  pipe(p);
  struct iovec v[2] = {{"ab", 2}, {"cde", 3}};
  char control[64] __attribute__((aligned(4)));
  memset(control, 0, sizeof control);
  struct msghdr m = {0};
  m.msg_iov = v;
  m.msg_iovlen = 2;
  m.msg_control = control;
  m.msg_controllen = CMSG_SPACE(8);
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(8);
  int fds[2] = {p[0], p[1]};
  memcpy(CMSG_DATA(c), fds, 8);
  SHOW("sendmsg", CALL(sendmsg, s[0], &m, 0));
  char buf[16] = "", in[64] __attribute__((aligned(4)));
  struct iovec w = {buf, 16};
  struct msghdr r = {0};
  r.msg_iov = &w;
  r.msg_iovlen = 1;
  r.msg_control = in;
  r.msg_controllen = sizeof in;
  SHOW("recvmsg", CALL(recvmsg, s[1], &r, 0));
  printf("  %s, control %d, flags %x\n", buf, (int)r.msg_controllen, r.msg_flags);
  c = CMSG_FIRSTHDR(&r);
  printf("  level %d type %d length %d\n", c->cmsg_level, c->cmsg_type, (int)c->cmsg_len);
  memcpy(fds, CMSG_DATA(c), 8);
  write(fds[1], "passed", 6);
  memset(buf, 0, 16);
  SHOW("read", CALL(read, p[0], buf, 16));
  printf("  %s\n", buf);
  /* One descriptor fits. */
  SHOW("sendmsg", CALL(sendmsg, s[0], &m, 0));
  r.msg_controllen = CMSG_LEN(4);
  SHOW("recvmsg", CALL(recvmsg, s[1], &r, 0));
  printf("  control %d, flags %x\n", (int)r.msg_controllen, r.msg_flags);
  SHOW("sendmsg", CALL(sendmsg, s[0], &m, 0));
  r.msg_control = 0;
  r.msg_controllen = 0;
  SHOW("recvmsg without room", CALL(recvmsg, s[1], &r, 0));
  printf("  control %d, flags %x\n", (int)r.msg_controllen, r.msg_flags);
  fds[0] = 99;
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), fds, 8);
  SHOW("sendmsg closed descriptor", CALL(sendmsg, s[0], &m, 0));
  m.msg_controllen = 5;
  SHOW("sendmsg short control", CALL(sendmsg, s[0], &m, 0));
  m.msg_control = 0;
  m.msg_controllen = 0;
  SHOW("sendmsg plain", CALL(sendmsg, s[0], &m, 0));
  SHOW("sendmsg bad", CALL(sendmsg, s[0], BAD, 0));
  SHOW("recvmsg bad", CALL(recvmsg, s[0], BAD, 0));
  int one = 1;
  SHOW("SO_PASSCRED", CALL(setsockopt, s[1], SOL_SOCKET, SO_PASSCRED, &one, 4));
  char drain[64];
  while (CALL(recvfrom, s[1], drain, 64, MSG_DONTWAIT, 0, 0) > 0) {}
  CALL(sendmsg, s[0], &m, 0);
  r.msg_control = in;
  r.msg_controllen = sizeof in;
  SHOW("recvmsg", CALL(recvmsg, s[1], &r, 0));
  c = CMSG_FIRSTHDR(&r);
  if (c) {
    printf("  type %d length %d\n", c->cmsg_type, (int)c->cmsg_len);
    CHECK(*(int *)CMSG_DATA(c) == getpid());
  }
  struct { struct msghdr m; unsigned n; } many[2] = {{m, 0}, {m, 0}};
  SHOW("sendmmsg", CALL(sendmmsg, s[0], many, 2, 0));
  printf("  %d %d\n", many[0].n, many[1].n);
  w.iov_len = 5;
  many[0].m = many[1].m = r;
  many[0].m.msg_control = many[1].m.msg_control = 0;
  many[0].m.msg_controllen = many[1].m.msg_controllen = 0;
  SHOW("recvmmsg", CALL(recvmmsg, s[1], many, 2, 0, 0));
  printf("  %d %d\n", many[0].n, many[1].n);
  for (int i = 3; i < 40; i++) close(i);
}

int main(void) {
  static const struct test tests[] = {
    {pairs, "pairs"}, {unix_names, "unix_names"}, {internet, "internet"}, {messages, "messages"}, {0, 0},
  };
  return run_all(tests);
}
