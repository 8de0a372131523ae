/* open, read, write, seek, vectors, truncate, dup, pipes, locks. */
#include "check.h"
#include <signal.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/mman.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#define BAD ((void *)0xfffff000)

static void opening(void) {
  SHOW("open missing", CALL(open, "missing", O_RDONLY));
  SHOW("open NULL", CALL(open, 0, O_RDONLY));
  SHOW("open bad pointer", CALL(open, BAD, O_RDONLY));
  SHOW("open empty", CALL(open, "", O_RDONLY));
  int fd = CALL(open, "a", O_CREAT | O_RDWR | O_EXCL, 0666);
  SHOW("open new", fd);
  SHOW("open new again", CALL(open, "a", O_CREAT | O_EXCL, 0666));
  struct stat st;
  fstat(fd, &st);
  printf("  mode %o\n", st.st_mode);
  umask(077);
  int g = CALL(creat, "b", 0666);
  SHOW("creat", g);
  fstat(g, &st);
  printf("  mode %o\n", st.st_mode);
  SHOW("umask", umask(022));
  SHOW("close", CALL(close, g));
  SHOW("close again", CALL(close, g));
  SHOW("close -1", CALL(close, -1));
  SHOW("directory for writing", CALL(open, ".", O_WRONLY));
  SHOW("O_DIRECTORY on file", CALL(open, "a", O_DIRECTORY));
  SHOW("file as directory", CALL(open, "a/b", O_RDONLY));
  symlink("a", "link");
  symlink("loop", "loop");
  SHOW("O_NOFOLLOW", CALL(open, "link", O_NOFOLLOW));
  SHOW("loop", CALL(open, "loop", O_RDONLY));
  int d = CALL(open, ".", O_RDONLY | O_DIRECTORY);
  int h = CALL(openat, d, "a", O_RDONLY);
  CHECK(h > d);
  SHOW("openat file as directory", CALL(openat, h, "a", O_RDONLY));
  SHOW("openat bad directory", CALL(openat, 555, "a", O_RDONLY));
  SHOW("openat bad directory, absolute", CALL(openat, 555, "/", O_RDONLY) >= 0);
  char longname[5000];
  memset(longname, 'x', sizeof longname);
  longname[4999] = 0;
  SHOW("open long", CALL(open, longname, O_RDONLY));
  longname[300] = 0;
  SHOW("open long component", CALL(open, longname, O_RDONLY));
  SHOW("O_TMPFILE", CALL(open, ".", O_TMPFILE | O_RDWR, 0600) >= 0);
  for (int i = 3; i < 20; i++) close(i);
}

static void reading(void) {
  int fd = open("r", O_CREAT | O_RDWR | O_TRUNC | O_LARGEFILE, 0644);
  char buf[32] = "";
  SHOW("write", CALL(write, fd, "hello world", 11));
  SHOW("write bad", CALL(write, fd, BAD, 5));
  SHOW("write NULL", CALL(write, fd, 0, 5));
  SHOW("write bad fd", CALL(write, 99, "x", 1));
  SHOW("write 0", CALL(write, fd, BAD, 0));
  SHOW("lseek", CALL(lseek, fd, 0, SEEK_SET));
  SHOW("read", CALL(read, fd, buf, 5));
  printf("  %s\n", buf);
  SHOW("read bad", CALL(read, fd, BAD, 5));
  SHOW("read NULL", CALL(read, fd, 0, 5));
  SHOW("read directory", CALL(read, open(".", O_RDONLY), buf, 5));
  SHOW("lseek cur", CALL(lseek, fd, 0, SEEK_CUR));
  SHOW("lseek end", CALL(lseek, fd, -3, SEEK_END));
  SHOW("lseek before start", CALL(lseek, fd, -30, SEEK_END));
  SHOW("lseek bad whence", CALL(lseek, fd, 0, 77));
  SHOW("lseek bad fd", CALL(lseek, 99, 0, 0));
  int p[2];
  pipe(p);
  SHOW("lseek pipe", CALL(lseek, p[0], 0, 0));
  long long result = -1;
  SHOW("_llseek", CALL(_llseek, fd, 1, 5, &result, SEEK_SET));
  printf("  %lld\n", result);
  SHOW("_llseek bad", CALL(_llseek, fd, 0, 5, BAD, SEEK_SET));
  SHOW("pread64", CALL(pread64, fd, buf, 5, 6, 0));
  printf("  %.5s\n", buf);
  SHOW("pread64 negative", CALL(pread64, fd, buf, 5, -1, -1));
  SHOW("pwrite64 far", CALL(pwrite64, fd, "far", 3, 0, 1));
  struct stat64 st;
  fstat64(fd, &st);
  printf("  size %lld\n", (long long)st.st_size);
  struct iovec v[3] = {{buf, 3}, {0, 0}, {buf + 3, 4}};
  lseek64(fd, 0, SEEK_SET);
  SHOW("readv", CALL(readv, fd, v, 3));
  printf("  %.7s\n", buf);
  SHOW("readv 0", CALL(readv, fd, v, 0));
  SHOW("readv bad vector", CALL(readv, fd, BAD, 2));
  SHOW("readv too many", CALL(readv, fd, v, 1025));
  v[1].iov_len = 0x80000000u;
  SHOW("readv negative length", CALL(readv, fd, v, 3));
  struct iovec w[2] = {{"ab", 2}, {"cde", 3}};
  SHOW("pwritev", CALL(pwritev, fd, w, 2, 1, 0));
  SHOW("preadv", CALL(preadv, fd, w, 0, 0, 0));
  SHOW("pread64", CALL(pread64, fd, buf, 12, 0, 0));
  printf("  %.12s\n", buf);
  struct iovec x[2] = {{"ok", 2}, {BAD, 3}};
  lseek64(fd, 0, SEEK_SET);
  SHOW("writev, second bad", CALL(writev, fd, x, 2));
  SHOW("ftruncate", CALL(ftruncate, fd, 4));
  SHOW("ftruncate negative", CALL(ftruncate, fd, -4));
  SHOW("ftruncate64", CALL(ftruncate64, fd, 1, 1));
  SHOW("truncate64", CALL(truncate64, "r", 6, 0));
  SHOW("truncate missing", CALL(truncate, "nothing", 6));
  SHOW("truncate directory", CALL(truncate, ".", 6));
  SHOW("truncate bad", CALL(truncate, BAD, 6));
  SHOW("fallocate", CALL(fallocate, fd, 0, 0, 0, 100, 0));
  fstat64(fd, &st);
  printf("  size %lld\n", (long long)st.st_size);
  SHOW("fadvise64", CALL(fadvise64, fd, 0, 0, 10, 0));
  SHOW("fadvise64_64", CALL(fadvise64_64, fd, 0, 0, 10, 0, 99));
  SHOW("fsync", CALL(fsync, fd));
  SHOW("fdatasync pipe", CALL(fdatasync, p[0]));
  SHOW("readahead", CALL(readahead, fd, 0, 0, 10));
  for (int i = 3; i < 20; i++) close(i);
}

/* A string that ends where the memory ends. */
static void page_end(void) {
  char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(m + 4096, 4096);
  close(open("e", O_CREAT | O_RDWR, 0644));
  strcpy(m + 4094, "e");
  SHOW("name at the end", CALL(access, m + 4094, 0));
  m[4095] = 'e';
  SHOW("name past the end", CALL(access, m + 4094, 0));
  m[4095] = '/';
  SHOW("one slash at the end", CALL(access, m + 4095, 0));
  int fd = open("e", O_RDWR);
  memset(m, 'q', 4096);
  SHOW("write across the end", CALL(write, fd, m + 4090, 100));
  lseek(fd, 0, SEEK_SET);
  SHOW("read across the end", CALL(pread64, fd, m + 4093, 100, 0, 0));
  close(fd);
}

static void duplicating(void) {
  int fd = open("d", O_CREAT | O_RDWR, 0644);
  int e = CALL(dup, fd);
  CHECK(e == fd + 1);
  SHOW("dup bad", CALL(dup, 77));
  SHOW("dup2 same", CALL(dup2, fd, fd) == fd);
  SHOW("dup2", CALL(dup2, fd, 50));
  SHOW("dup2 negative", CALL(dup2, fd, -1));
  SHOW("dup2 huge", CALL(dup2, fd, 1 << 30));
  SHOW("dup2 from bad", CALL(dup2, 77, 50));
  SHOW("dup3", CALL(dup3, fd, 51, O_CLOEXEC));
  SHOW("F_GETFD", CALL(fcntl64, 51, F_GETFD));
  SHOW("dup3 same", CALL(dup3, fd, fd, 0));
  SHOW("dup3 flags", CALL(dup3, fd, 52, 1));
  SHOW("F_DUPFD", CALL(fcntl64, fd, F_DUPFD, 60));
  SHOW("F_DUPFD again", CALL(fcntl64, fd, F_DUPFD, 60));
  SHOW("F_DUPFD_CLOEXEC", CALL(fcntl64, fd, F_DUPFD_CLOEXEC, 60));
  SHOW("F_GETFD", CALL(fcntl64, 62, F_GETFD));
  SHOW("F_SETFD", CALL(fcntl64, 62, F_SETFD, 0));
  SHOW("F_GETFD", CALL(fcntl64, 62, F_GETFD));
  SHOW("F_DUPFD huge", CALL(fcntl64, fd, F_DUPFD, 1 << 30));
  SHOW("F_DUPFD negative", CALL(fcntl64, fd, F_DUPFD, -1));
  SHOW("F_SETFL", CALL(fcntl64, fd, F_SETFL, O_APPEND | O_NONBLOCK));
  SHOW("F_GETFL", CALL(fcntl64, e, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
  SHOW("fcntl bad command", CALL(fcntl64, fd, 12345, 0));
  SHOW("fcntl bad fd", CALL(fcntl64, 99, F_GETFD));
  SHOW("close_range", CALL(close_range, 50, 52, 0));
  SHOW("F_GETFD closed", CALL(fcntl64, 51, F_GETFD));
  SHOW("close_range all", CALL(close_range, 3, ~0u, 0));
  SHOW("close_range reversed", CALL(close_range, 5, 3, 0));
  SHOW("close_range flags", CALL(close_range, 5, 6, 64));
  SHOW("cwd still there", CALL(access, "d", 0));
}

/* More descriptors than the limit. */
static void limits(void) {
  struct rlimit old, r;
  getrlimit(RLIMIT_NOFILE, &old);
  r = old;
  r.rlim_cur = 20;
  SHOW("setrlimit", setrlimit(RLIMIT_NOFILE, &r));
  int n = 0;
  long last;
  while ((last = CALL(dup, 0)) >= 0) n++;
  SHOW("descriptors", n);
  SHOW("then", last);
  SHOW("open", CALL(open, ".", O_RDONLY));
  int p[2];
  SHOW("pipe", CALL(pipe, p));
  close(19);
  SHOW("pipe with one left", CALL(pipe, p));
  SHOW("socket with one left", CALL(socket, 1, 1, 0));
  SHOW("dup2 at the limit", CALL(dup2, 0, 20));
  SHOW("dup2 below", CALL(dup2, 0, 19));
  setrlimit(RLIMIT_NOFILE, &old);
  SHOW("dup2 after", CALL(dup2, 0, 20));
  r.rlim_cur = 10; r.rlim_max = 5;
  SHOW("soft above hard", CALL(setrlimit, RLIMIT_NOFILE, &r));
  SHOW("setrlimit bad resource", CALL(setrlimit, 99, &r));
  for (int i = 3; i < 64; i++) close(i);
}

static int pipe_signals;
static void on_pipe(int n) { (void)n; pipe_signals++; }

static void pipes(void) {
  int p[2];
  char buf[16];
  SHOW("pipe", CALL(pipe, p));
  SHOW("pipe bad", CALL(pipe, BAD));
  SHOW("pipe2 flags", CALL(pipe2, p, 1));
  SHOW("write", CALL(write, p[1], "abc", 3));
  SHOW("read", CALL(read, p[0], buf, 16));
  int q[2];
  SHOW("pipe2", CALL(pipe2, q, O_NONBLOCK | O_CLOEXEC));
  SHOW("read empty", CALL(read, q[0], buf, 16));
  SHOW("FIONREAD", CALL(ioctl, q[0], 0x541b, buf));
  SHOW("F_GETPIPE_SZ", CALL(fcntl64, q[0], F_GETPIPE_SZ));
  signal(SIGPIPE, on_pipe);
  close(p[0]);
  SHOW("write broken", CALL(write, p[1], "abc", 3));
  SHOW("signals", pipe_signals);
  struct iovec v = {"abc", 3};
  SHOW("writev broken", CALL(writev, p[1], &v, 1));
  SHOW("signals", pipe_signals);
  signal(SIGPIPE, SIG_IGN);
  SHOW("write broken, ignored", CALL(write, p[1], "abc", 3));
  signal(SIGPIPE, SIG_DFL);
  int pid = fork();
  if (pid == 0) { write(p[1], "x", 1); _exit(0); }
  int status;
  waitpid(pid, &status, 0);
  printf("  child ended by signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  close(q[1]);
  SHOW("end of file", CALL(read, q[0], buf, 16));
  for (int i = 3; i < 20; i++) close(i);
}

/* A reader that waits for its child's bytes, then for its end. */
static void blocking(void) {
  int p[2];
  pipe(p);
  int pid = fork();
  if (pid == 0) {
    close(p[0]);
    usleep(20000);
    write(p[1], "late", 4);
    usleep(20000);
    _exit(0);
  }
  close(p[1]);
  char buf[16];
  SHOW("read", CALL(read, p[0], buf, 16));
  SHOW("read end", CALL(read, p[0], buf, 16));
  waitpid(pid, 0, 0);
  close(p[0]);
}

static void locks(void) {
  int fd = open("l", O_CREAT | O_RDWR, 0644);
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
  SHOW("F_SETLK", CALL(fcntl, fd, F_SETLK, &l));
  struct flock64 k = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x100000000ll, .l_len = 5};
  SHOW("F_SETLK64", CALL(fcntl64, fd, F_SETLK64, &k));
  int pid = fork();
  if (pid == 0) {
    struct flock m = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 100};
    SHOW("child F_GETLK", CALL(fcntl, fd, F_GETLK, &m));
    printf("  type %d start %ld length %ld\n", m.l_type, (long)m.l_start, (long)m.l_len);
    struct flock64 n = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0x100000001ll, .l_len = 1};
    SHOW("child F_SETLK64", CALL(fcntl64, fd, F_SETLK64, &n));
    SHOW("child F_GETLK64", CALL(fcntl64, fd, F_GETLK64, &n));
    printf("  type %d start %lld length %lld\n", n.l_type, (long long)n.l_start, (long long)n.l_len);
    n = (struct flock64){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 20, .l_len = 5};
    SHOW("child F_SETLKW64 free", CALL(fcntl64, fd, F_SETLKW64, &n));
    _exit(0);
  }
  waitpid(pid, 0, 0);
  SHOW("F_GETLK bad", CALL(fcntl, fd, F_GETLK, BAD));
  l.l_type = 77;
  SHOW("F_SETLK bad type", CALL(fcntl, fd, F_SETLK, &l));
  int other = open("l", O_RDWR);
  SHOW("flock", CALL(flock, fd, LOCK_EX));
  SHOW("flock other", CALL(flock, other, LOCK_EX | LOCK_NB));
  SHOW("flock bad", CALL(flock, other, 99));
  SHOW("unlock", CALL(flock, fd, LOCK_UN));
  SHOW("flock other", CALL(flock, other, LOCK_SH | LOCK_NB));
  struct flock64 o = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  SHOW("F_OFD_SETLK", CALL(fcntl64, other, 37, &o));
  close(fd);
  close(other);
}

static void moving(void) {
  int a = open("m1", O_CREAT | O_RDWR | O_TRUNC, 0644), b = open("m2", O_CREAT | O_RDWR | O_TRUNC, 0644);
  char buf[64] = "";
  write(a, "0123456789", 10);
  off_t off = 2;
  SHOW("sendfile", CALL(sendfile, b, a, &off, 4));
  SHOW("offset", off);
  off64_t off64 = 5;
  SHOW("sendfile64", CALL(sendfile64, b, a, &off64, 100));
  SHOW("offset", off64);
  SHOW("sendfile bad", CALL(sendfile, b, a, BAD, 4));
  lseek(a, 0, SEEK_SET);
  SHOW("sendfile no offset", CALL(sendfile64, b, a, 0, 2));
  SHOW("content", CALL(pread64, b, buf, 64, 0, 0));
  printf("  %s\n", buf);
  off64_t from = 1, to = 3;
  SHOW("copy_file_range", CALL(copy_file_range, a, &from, b, &to, 5, 0));
  printf("  from %lld to %lld\n", (long long)from, (long long)to);
  int p[2], q[2];
  pipe(p);
  pipe(q);
  from = 0;
  SHOW("splice", CALL(splice, a, &from, p[1], 0, 6, 0));
  SHOW("tee", CALL(tee, p[0], q[1], 6, 0));
  memset(buf, 0, sizeof buf);
  SHOW("read", CALL(read, p[0], buf, 64));
  printf("  %s\n", buf);
  SHOW("read", CALL(read, q[0], buf, 64));
  int e = CALL(eventfd2, 3, EFD_NONBLOCK);
  uint64_t value = 4;
  SHOW("eventfd write", CALL(write, e, &value, 8));
  SHOW("eventfd read", CALL(read, e, &value, 8));
  SHOW("value", value);
  SHOW("eventfd empty", CALL(read, e, &value, 8));
  int m = CALL(memfd_create, "memory", 0);
  SHOW("memfd write", CALL(write, m, "abc", 3));
  SHOW("memfd_create bad", CALL(memfd_create, BAD, 0));
  for (int i = 3; i < 20; i++) close(i);
}

int main(void) {
  static const struct test tests[] = {
    {opening, "opening"}, {reading, "reading"}, {page_end, "page_end"}, {duplicating, "duplicating"},
    {limits, "limits"}, {pipes, "pipes"}, {blocking, "blocking"}, {locks, "locks"}, {moving, "moving"}, {0, 0},
  };
  return run_all(tests);
}
