/* uname, limits, usage, scheduling, identity, terminals, /proc. */
#include "check.h"
#include <dirent.h>
#include <grp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/ioctl.h>
#include <termios.h>

#define BAD ((void *)0xfffff000)

static void names(void) {
  struct utsname u;
  SHOW("uname", CALL(uname, &u));
  printf("  %s\n", u.sysname);
  SHOW("uname bad", CALL(uname, BAD));
  struct sysinfo s;
  SHOW("sysinfo", CALL(sysinfo, &s));
  CHECK(s.uptime > 0 && s.totalram > 0 && s.mem_unit >= 1 && s.procs > 0);
  SHOW("sysinfo bad", CALL(sysinfo, BAD));
  char r[16] = {0}, z[16] = {0};
  SHOW("getrandom", CALL(getrandom, r, 16, 0));
  CHECK(memcmp(r, z, 16));
  SHOW("getrandom bad", CALL(getrandom, BAD, 16, 0));
  SHOW("getrandom flags", CALL(getrandom, r, 16, 99));
  SHOW("personality", CALL(personality, -1));
  unsigned cpu = 999, node = 999;
  SHOW("getcpu", CALL(getcpu, &cpu, &node, 0));
  CHECK(cpu < 999 && node < 999);
}

static void limits(void) {
  uint32_t a[2], b[2];
  uint64_t c[2];
  SHOW("ugetrlimit stack", CALL(ugetrlimit, RLIMIT_STACK, a));
  SHOW("getrlimit stack", CALL(getrlimit, RLIMIT_STACK, b));
  CHECK(a[0] == b[0] && a[1] == 0xffffffff && b[1] == 0x7fffffff);
  SHOW("prlimit64", CALL(prlimit64, 0, RLIMIT_STACK, 0, c));
  CHECK(c[0] == a[0] && c[1] == ~0ull);
  uint32_t set[2];
  CALL(ugetrlimit, RLIMIT_NPROC, set);
  set[0] = 100;
  SHOW("setrlimit", CALL(setrlimit, RLIMIT_NPROC, set));
  CALL(ugetrlimit, RLIMIT_NPROC, a);
  SHOW("soft", a[0]);
  int pid = fork();
  if (pid == 0) { CALL(ugetrlimit, RLIMIT_NPROC, a); _exit(a[0] == 100 ? 0 : 1); }
  int status;
  waitpid(pid, &status, 0);
  SHOW("inherited", status);
  SHOW("bad resource", CALL(ugetrlimit, 16, a));
  SHOW("bad", CALL(ugetrlimit, 1, BAD));
  SHOW("prlimit64 bad pid", CALL(prlimit64, 99999999, 1, 0, c));
}

static void usage(void) {
  struct rusage r;
  for (volatile int i = 0; i < 30000000; i++) {}
  SHOW("getrusage", CALL(getrusage, RUSAGE_SELF, &r));
  CHECK(r.ru_utime.tv_sec * 1000000 + r.ru_utime.tv_usec > 1000);
  SHOW("getrusage thread", CALL(getrusage, RUSAGE_THREAD, &r));
  SHOW("getrusage bad", CALL(getrusage, 77, &r));
  int pid = fork();
  if (pid == 0) { for (volatile int i = 0; i < 60000000; i++) {} _exit(0); }
  waitpid(pid, 0, 0);
  SHOW("getrusage children", CALL(getrusage, RUSAGE_CHILDREN, &r));
  CHECK(r.ru_utime.tv_sec * 1000000 + r.ru_utime.tv_usec > 1000);
}

static void scheduling(void) {
  SHOW("sched_yield", CALL(sched_yield));
  uint32_t mask[32];
  memset(mask, 0, sizeof mask);
  long n = CALL(sched_getaffinity, 0, sizeof mask, mask);
  CHECK(n > 0 && n % 4 == 0 && mask[0] != 0);
  SHOW("sched_getaffinity odd", CALL(sched_getaffinity, 0, 7, mask));
  SHOW("sched_getaffinity bad", CALL(sched_getaffinity, 0, 128, BAD));
  SHOW("sched_getaffinity nobody", CALL(sched_getaffinity, 99999999, 128, mask));
  SHOW("sched_setaffinity", CALL(sched_setaffinity, 0, n, mask));
  SHOW("sched_setaffinity own id", CALL(sched_setaffinity, getpid(), n, mask));
  memset(mask, 0, sizeof mask);
  SHOW("sched_setaffinity none", CALL(sched_setaffinity, 0, n, mask));
  SHOW("sched_getscheduler", CALL(sched_getscheduler, 0));
  struct sched_param sp;
  SHOW("sched_getparam", CALL(sched_getparam, 0, &sp));
  SHOW("sched_get_priority_max", CALL(sched_get_priority_max, SCHED_FIFO));
  SHOW("sched_get_priority_min", CALL(sched_get_priority_min, SCHED_FIFO));
  struct timespec ts;
  SHOW("sched_rr_get_interval", CALL(sched_rr_get_interval, 0, &ts));
  int pid = fork();
  if (pid == 0) {
    SHOW("getpriority", CALL(getpriority, PRIO_PROCESS, 0));
    SHOW("nice", CALL(nice, 3));
    SHOW("getpriority", CALL(getpriority, PRIO_PROCESS, 0));
    SHOW("setpriority", CALL(setpriority, PRIO_PROCESS, getpid(), 7));
    SHOW("getpriority", CALL(getpriority, PRIO_PROCESS, 0));
    SHOW("getpriority bad", CALL(getpriority, 9, 0));
    SHOW("getpriority nobody", CALL(getpriority, PRIO_PROCESS, 99999999));
    _exit(0);
  }
  waitpid(pid, 0, 0);
}

static void show_ids(void) {
  uint32_t r, e, s;
  CALL(getresuid32, &r, &e, &s);
  printf("  uids %d %d %d\n", r, e, s);
}

static void identity(void) {
  CHECK(CALL(getuid32) == CALL(getuid) && CALL(getgid32) == CALL(getgid));
  SHOW("getresuid bad", CALL(getresuid32, BAD, BAD, BAD));
  SHOW("getgroups negative", CALL(getgroups32, -1, 0));
  if (getuid() != 0) { puts("  (not root)"); return; }
  int pid = fork();
  if (pid == 0) {
    gid_t groups[] = {70000, 5};
    SHOW("setgroups32", CALL(setgroups32, 2, groups));
    uint32_t g[4] = {0};
    SHOW("getgroups32", CALL(getgroups32, 4, g));
    printf("  %d %d\n", g[0], g[1]);
    uint16_t h[4] = {0};
    SHOW("getgroups", CALL(getgroups, 4, h));
    printf("  %d %d\n", h[0], h[1]);
    SHOW("getgroups small", CALL(getgroups32, 1, g));
    SHOW("setgroups bad", CALL(setgroups32, 2, BAD));
    SHOW("setresgid32", CALL(setresgid32, 1, 2, 3));
    SHOW("getegid", CALL(getegid32));
    SHOW("setfsuid", CALL(setfsuid32, 9));
    SHOW("setfsuid", CALL(setfsuid32, -1));
    SHOW("setresuid32", CALL(setresuid32, -1, 1000, -1));
    show_ids();
    SHOW("setuid other", CALL(setuid32, 55));
    SHOW("seteuid back", CALL(setresuid32, -1, 0, -1));
    SHOW("setreuid", CALL(setreuid32, 100, 200));
    show_ids();
    SHOW("setuid real", CALL(setuid32, 100));
    show_ids();
    SHOW("setuid 0", CALL(setuid32, 0));
    SHOW("setresuid not allowed", CALL(setresuid32, 100, 5, -1));
    SHOW("setgroups", CALL(setgroups32, 0, 0));
    SHOW("setuid16 -1", CALL(setuid, 0xffff));
    SHOW("access /root", CALL(access, "/root", R_OK));
    _exit(0);
  }
  waitpid(pid, 0, 0);
  pid = fork();
  if (pid == 0) {
    SHOW("setuid16", CALL(setuid, 1234));
    show_ids();
    SHOW("open /etc/shadow", CALL(open, "/etc/shadow", O_RDONLY));
    SHOW("chown", CALL(chown32, "/tmp", 0, 0));
    _exit(0);
  }
  waitpid(pid, 0, 0);
  show_ids();
}

static void terminals(void) {
  struct termios t;
  int p[2];
  pipe(p);
  SHOW("TCGETS pipe", CALL(ioctl, p[0], TCGETS, &t));
  SHOW("TIOCGPGRP pipe", CALL(ioctl, p[0], TIOCGPGRP, &t));
  SHOW("unknown", CALL(ioctl, p[0], 0x12345678, &t));
  SHOW("bad fd", CALL(ioctl, 99, TCGETS, &t));
  int n = 1;
  SHOW("FIONBIO", CALL(ioctl, p[0], FIONBIO, &n));
  SHOW("read", CALL(read, p[0], &n, 4));
  SHOW("FIOCLEX", CALL(ioctl, p[0], FIOCLEX));
  SHOW("F_GETFD", CALL(fcntl64, p[0], F_GETFD));
  write(p[1], "abc", 3);
  SHOW("FIONREAD", CALL(ioctl, p[0], FIONREAD, &n));
  SHOW("bytes", n);
  SHOW("FIONREAD bad", CALL(ioctl, p[0], FIONREAD, BAD));
  int zero = 0;
  int m = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  if (m >= 0) {
    SHOW("TIOCSPTLCK", CALL(ioctl, m, TIOCSPTLCK, &zero));
    SHOW("TIOCGPTN", CALL(ioctl, m, TIOCGPTN, &n));
    char name[32];
    sprintf(name, "/dev/pts/%d", n);
    int s = open(name, O_RDWR | O_NOCTTY);
    SHOW("TCGETS", CALL(ioctl, s, TCGETS, &t));
    t.c_lflag &= ~(ICANON | ECHO);
    SHOW("TCSETS", CALL(ioctl, s, TCSETS, &t));
    struct winsize w = {33, 44, 0, 0};
    SHOW("TIOCSWINSZ", CALL(ioctl, m, TIOCSWINSZ, &w));
    memset(&w, 0, sizeof w);
    SHOW("TIOCGWINSZ", CALL(ioctl, s, TIOCGWINSZ, &w));
    printf("  %d %d\n", w.ws_row, w.ws_col);
    write(m, "q", 1);
    char c = 0;
    SHOW("read", CALL(read, s, &c, 1));
    SHOW("TCGETS bad", CALL(ioctl, s, TCGETS, BAD));
    close(s);
    close(m);
  }
  close(p[0]); close(p[1]);
}

static char text[65536];
static int slurp(const char *path) {
  int fd = open(path, O_RDONLY), n = 0, got;
  if (fd < 0) { text[0] = 0; return -errno; }
  while ((got = read(fd, text + n, sizeof text - 1 - n)) > 0) n += got;
  close(fd);
  text[n] = 0;
  return n;
}

static void proc(void) {
  char buf[256], path[64];
  int n = readlink("/proc/self/exe", buf, 255);
  buf[n > 0 ? n : 0] = 0;
  CHECK(strstr(buf, "system") != 0);
  sprintf(path, "%d", getpid());
  n = readlink("/proc/self", buf, 255);
  buf[n > 0 ? n : 0] = 0;
  CHECK(!strcmp(buf, path));
  sprintf(path, "/proc/%d/comm", getpid());
  slurp(path);
  printf("  %s", text);
  slurp("/proc/self/cmdline");
  CHECK(strstr(text, "system") != 0);
  slurp("/proc/self/stat");
  int id = 0, parent = 0, group = 0;
  char state = 0, name[32];
  SHOW("fields", sscanf(text, "%d (%31[^)]) %c %d %d", &id, name, &state, &parent, &group));
  CHECK(id == getpid() && parent == getppid() && group == getpgrp());
  slurp("/proc/self/status");
  CHECK(strstr(text, "Name:\t") == text && strstr(text, "Threads:\t1\n"));
  sprintf(path, "Pid:\t%d\n", getpid());
  CHECK(strstr(text, path) != 0);
  slurp("/proc/self/maps");
  CHECK(strstr(text, "[stack]") != 0);
  slurp("/proc/self/limits");
  CHECK(strstr(text, "Max open files") != 0);
  CHECK(slurp("/proc/meminfo") > 0 && slurp("/proc/cpuinfo") > 0 && slurp("/proc/mounts") > 0 && slurp("/proc/uptime") > 0);
  int p[2];
  pipe(p);
  dup2(p[0], 30);
  DIR *d = opendir("/proc/self/fd");
  struct dirent *e;
  int found = 0, high = 0;
  while ((e = readdir(d))) { found += atoi(e->d_name) == 30; high += atoi(e->d_name) > 200; }
  closedir(d);
  SHOW("descriptor listed", found);
  SHOW("descriptors above 200", high);
  write(p[1], "via proc", 8);
  int fd = open("/proc/self/fd/30", O_RDONLY);
  memset(buf, 0, sizeof buf);
  SHOW("read", CALL(read, fd, buf, 100));
  printf("  %s\n", buf);
  write(p[1], "via dev", 7);
  close(fd);
  fd = open("/dev/fd/30", O_RDONLY);
  memset(buf, 0, sizeof buf);
  SHOW("read", CALL(read, fd, buf, 100));
  printf("  %s\n", buf);
  close(fd);
  SHOW("/dev/stdin", CALL(access, "/dev/stdin", F_OK));
  n = readlink("/proc/self/cwd", buf, 255);
  buf[n > 0 ? n : 0] = 0;
  CHECK(!strcmp(buf, workdir));
  SHOW("other process", CALL(access, "/proc/99999999/stat", F_OK));
  d = opendir("/proc");
  found = 0;
  while ((e = readdir(d))) found += atoi(e->d_name) == getpid();
  closedir(d);
  SHOW("own process listed", found);
  SHOW("chdir", CALL(chdir, "/proc/self"));
  slurp("comm");
  printf("  %s", text);
  CALL(getcwd, buf, 256);
  sprintf(path, "/proc/%d", getpid());
  CHECK(!strcmp(buf, path));
  chdir(workdir);
  int pid = fork();
  if (pid == 0) { pause(); _exit(0); }
  sprintf(path, "/proc/%d/stat", pid);
  slurp(path);
  sscanf(text, "%d (%31[^)]) %c %d", &id, name, &state, &parent);
  CHECK(id == pid && parent == getpid());
  kill(pid, 9);
  waitpid(pid, 0, 0);
  SHOW("gone", CALL(access, path, F_OK));
  SHOW("write to it", CALL(open, "/proc/self/stat", O_RDONLY) >= 0);
  for (int i = 3; i < 31; i++) close(i);
}

int main(void) {
  static const struct test tests[] = {
    {names, "names"}, {limits, "limits"}, {usage, "usage"}, {scheduling, "scheduling"}, {identity, "identity"},
    {terminals, "terminals"}, {proc, "proc"}, {0, 0},
  };
  return run_all(tests);
}
