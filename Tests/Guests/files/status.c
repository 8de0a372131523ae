/* stat in all its forms, access, chmod, chown, times, statfs, names, directories, the working directory. */
#include "check.h"
#include <dirent.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <utime.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#define BAD ((void *)0xfffff000)

/* The structs as the kernel writes them, without the C library's own between. */
struct kernel_stat {
  uint32_t dev, ino;
  uint16_t mode, nlink, uid, gid;
  uint32_t rdev, size, blksize, blocks, atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns, unused[2];
};
struct kernel_stat64 {
  uint64_t dev;
  uint32_t pad1, ino32, mode, nlink, uid, gid;
  uint64_t rdev __attribute__((packed, aligned(4)));
  uint32_t pad3;
  uint64_t size __attribute__((packed, aligned(4)));
  uint32_t blksize;
  uint64_t blocks __attribute__((packed, aligned(4)));
  uint32_t atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns;
  uint64_t ino __attribute__((packed, aligned(4)));
} __attribute__((packed, aligned(4)));

static void stats(void) {
  int fd = open("s", O_CREAT | O_RDWR | O_LARGEFILE, 0640);
  write(fd, "12345", 5);
  symlink("s", "sl");
  mkdir("sd", 0755);
  struct kernel_stat a, b;
  struct kernel_stat64 c, d;
  CHECK(sizeof a == 64 && sizeof c == 96);
  memset(&a, 0xee, sizeof a);
  SHOW("stat", CALL(stat, "sl", &a));
  printf("  mode %o nlink %d size %d\n", a.mode, a.nlink, a.size);
  SHOW("lstat", CALL(lstat, "sl", &b));
  printf("  mode %o size %d\n", b.mode, b.size);
  SHOW("fstat", CALL(fstat, fd, &b));
  CHECK(!memcmp(&a, &b, sizeof a));
  SHOW("stat64", CALL(stat64, "s", &c));
  printf("  mode %o nlink %d size %d blksize %d blocks %d\n", c.mode, c.nlink, (int)c.size, c.blksize, (int)c.blocks);
  CHECK(c.ino == a.ino && c.ino32 == a.ino && c.dev == a.dev && c.mtime == a.mtime && c.mtime_ns == a.mtime_ns);
  CHECK(c.uid == getuid() && c.gid == getgid() && a.uid == getuid());
  SHOW("lstat64", CALL(lstat64, "sl", &d));
  printf("  mode %o size %d\n", d.mode, (int)d.size);
  SHOW("fstat64", CALL(fstat64, fd, &d));
  CHECK(d.ino == c.ino);
  int dir = open("sd", O_RDONLY);
  SHOW("fstatat64", CALL(fstatat64, dir, "../sl", &d, 0));
  CHECK(d.ino == c.ino);
  SHOW("fstatat64 nofollow", CALL(fstatat64, dir, "../sl", &d, AT_SYMLINK_NOFOLLOW));
  printf("  mode %o\n", d.mode);
  SHOW("fstatat64 empty", CALL(fstatat64, fd, "", &d, AT_EMPTY_PATH));
  SHOW("fstatat64 cwd empty", CALL(fstatat64, AT_FDCWD, "", &d, AT_EMPTY_PATH));
  printf("  mode %o\n", d.mode);
  SHOW("fstatat64 empty without flag", CALL(fstatat64, fd, "", &d, 0));
  SHOW("fstatat64 flags", CALL(fstatat64, fd, "", &d, 0x80000));
  SHOW("stat64 missing", CALL(stat64, "none", &c));
  SHOW("stat64 empty", CALL(stat64, "", &c));
  SHOW("stat64 NULL", CALL(stat64, 0, &c));
  SHOW("stat64 bad path", CALL(stat64, BAD, &c));
  SHOW("stat64 bad buffer", CALL(stat64, "s", BAD));
  SHOW("stat64 NULL buffer", CALL(stat64, "s", 0));
  SHOW("fstat64 bad", CALL(fstat64, 99, &c));
  SHOW("stat64 through file", CALL(stat64, "s/x", &c));
  SHOW("stat64 /", CALL(stat64, "/", &c));
  printf("  mode %o\n", c.mode);
  SHOW("stat64 //", CALL(stat64, "//tmp/.", &c));
  SHOW("stat64 /dev/null", CALL(stat64, "/dev/null", &c));
  printf("  mode %o rdev %x\n", c.mode, (int)c.rdev);
  SHOW("stat /dev/null", CALL(stat, "/dev/null", &a));
  printf("  mode %o rdev %x\n", a.mode, (int)a.rdev);
  char x[256];
  memset(x, 0, sizeof x);
  SHOW("statx", CALL(statx, AT_FDCWD, "s", 0, 0x7ff, x));
  printf("  size %d mode %o\n", *(int *)(x + 40), *(uint16_t *)(x + 28));
  SHOW("statx bad", CALL(statx, AT_FDCWD, "s", 0, 0x7ff, BAD));
  SHOW("statx empty", CALL(statx, fd, "", AT_EMPTY_PATH, 0x7ff, x));
  SHOW("ftruncate64", CALL(ftruncate64, fd, 0x23456789, 1));
  SHOW("stat big", CALL(stat, "s", &a));
  SHOW("stat64 big", CALL(stat64, "s", &c));
  printf("  %llx\n", (unsigned long long)c.size);
  close(fd);
  close(dir);
}

static void modes(void) {
  close(open("m", O_CREAT | O_RDWR, 0644));
  struct stat st;
  SHOW("access", CALL(access, "m", R_OK | W_OK));
  SHOW("access bad mode", CALL(access, "m", 99));
  SHOW("access missing", CALL(access, "n", F_OK));
  SHOW("access bad", CALL(access, BAD, F_OK));
  SHOW("faccessat", CALL(faccessat, AT_FDCWD, "m", X_OK));
  SHOW("faccessat2", CALL(faccessat2, AT_FDCWD, "m", R_OK, AT_EACCESS));
  SHOW("chmod", CALL(chmod, "m", 04711));
  stat("m", &st);
  printf("  mode %o\n", st.st_mode);
  int fd = open("m", O_RDONLY);
  SHOW("fchmod", CALL(fchmod, fd, 0600));
  SHOW("fchmodat", CALL(fchmodat, AT_FDCWD, "m", 0604));
  stat("m", &st);
  printf("  mode %o\n", st.st_mode);
  SHOW("chmod missing", CALL(chmod, "n", 0));
  SHOW("chmod bad", CALL(chmod, BAD, 0));
  SHOW("fchmod bad", CALL(fchmod, 99, 0));
  SHOW("chown same", CALL(chown32, "m", -1, -1));
  SHOW("chown16 same", CALL(chown, "m", 0xffff, 0xffff));
  SHOW("lchown32", CALL(lchown32, "m", getuid(), getgid()));
  SHOW("fchown32", CALL(fchown32, fd, -1, getgid()));
  SHOW("fchownat", CALL(fchownat, fd, "", -1, -1, AT_EMPTY_PATH));
  SHOW("chown missing", CALL(chown32, "n", 0, 0));
  if (getuid() == 0) {
    SHOW("chown32 123456", CALL(chown32, "m", 123456, 234567));
    stat("m", &st);
    printf("  %d %d\n", st.st_uid, st.st_gid);
    char small[64];
    CALL(stat, "m", small);
    printf("  16 bits: %d %d\n", *(uint16_t *)(small + 12), *(uint16_t *)(small + 14));
    SHOW("chown16 7", CALL(chown, "m", 7, 0xffff));
    stat("m", &st);
    printf("  %d %d\n", st.st_uid, st.st_gid);
  }
  close(fd);
}

static void times(void) {
  close(open("t", O_CREAT | O_RDWR, 0644));
  struct stat st;
  struct utimbuf u = {1000, 2000};
  SHOW("utime", CALL(utime, "t", &u));
  stat("t", &st);
  printf("  %ld %ld\n", (long)st.st_atime, (long)st.st_mtime);
  struct timeval v[2] = {{3000, 400000}, {5000, 600000}};
  SHOW("utimes", CALL(utimes, "t", v));
  stat("t", &st);
  printf("  %ld.%ld %ld.%ld\n", (long)st.st_atime, st.st_atim.tv_nsec, (long)st.st_mtime, st.st_mtim.tv_nsec);
  v[1].tv_usec = 1000000;
  SHOW("utimes bad", CALL(utimes, "t", v));
  struct timespec w[2] = {{7000, 8}, {0, UTIME_OMIT}};
  SHOW("utimensat", CALL(utimensat, AT_FDCWD, "t", w, 0));
  stat("t", &st);
  printf("  %ld.%ld %ld.%ld\n", (long)st.st_atime, st.st_atim.tv_nsec, (long)st.st_mtime, st.st_mtim.tv_nsec);
  struct { int64_t s, n; } w64[2] = {{0x100000000ll, 5}, {9, 10}};
  SHOW("utimensat_time64", CALL(utimensat_time64, AT_FDCWD, "t", w64, 0));
  int fd = open("t", O_RDWR);
  SHOW("futimens", CALL(utimensat, fd, 0, w, 0));
  SHOW("utimensat NULL path", CALL(utimensat, AT_FDCWD, 0, w, 0));
  SHOW("utimensat now", CALL(utimensat, AT_FDCWD, "t", 0, 0));
  SHOW("utimensat missing", CALL(utimensat, AT_FDCWD, "no", 0, 0));
  SHOW("utimensat bad", CALL(utimensat, AT_FDCWD, "t", BAD, 0));
  SHOW("futimesat", CALL(futimesat, AT_FDCWD, "t", 0));
  symlink("t", "tl");
  w[1] = (struct timespec){77, 0};
  SHOW("utimensat link", CALL(utimensat, AT_FDCWD, "tl", w, AT_SYMLINK_NOFOLLOW));
  lstat("tl", &st);
  printf("  %ld\n", (long)st.st_mtime);
  close(fd);
}

static void file_systems(void) {
  uint32_t s[16], t[21];
  memset(t, 0xee, sizeof t);
  SHOW("statfs64", CALL(statfs64, ".", 84, t));
  CHECK(t[0] != 0 && t[1] != 0 && t[14] == 255);
  SHOW("statfs64 size", CALL(statfs64, ".", 80, t));
  SHOW("statfs64 missing", CALL(statfs64, "no", 84, t));
  SHOW("statfs64 bad", CALL(statfs64, ".", 84, BAD));
  int fd = open("/proc/self", O_RDONLY);
  SHOW("fstatfs64", CALL(fstatfs64, fd, 84, t));
  printf("  type %x\n", t[0]);
  SHOW("statfs", CALL(statfs, "/proc", s));
  printf("  type %x namelen %d\n", s[0], s[9]);
  SHOW("fstatfs", CALL(fstatfs, fd, s));
  SHOW("fstatfs bad", CALL(fstatfs, 99, s));
  close(fd);
}

static void names(void) {
  SHOW("mkdir", CALL(mkdir, "n", 0777));
  SHOW("mkdir again", CALL(mkdir, "n", 0777));
  SHOW("mkdir slash", CALL(mkdir, "n/sub/", 0700));
  SHOW("mkdir missing parent", CALL(mkdir, "x/y", 0777));
  SHOW("mkdir bad", CALL(mkdir, BAD, 0777));
  struct stat st;
  stat("n", &st);
  printf("  mode %o\n", st.st_mode);
  SHOW("rmdir not empty", CALL(rmdir, "n"));
  SHOW("rmdir .", CALL(rmdir, "n/."));
  SHOW("rmdir ..", CALL(rmdir, "n/sub/.."));
  close(open("n/f", O_CREAT | O_RDWR, 0644));
  SHOW("rmdir file", CALL(rmdir, "n/f"));
  SHOW("unlink directory", CALL(unlink, "n/sub"));
  SHOW("unlinkat directory", CALL(unlinkat, AT_FDCWD, "n/sub", AT_REMOVEDIR));
  SHOW("unlinkat flags", CALL(unlinkat, AT_FDCWD, "n/f", 0x800000));
  SHOW("link", CALL(link, "n/f", "n/g"));
  stat("n/g", &st);
  SHOW("links", st.st_nlink);
  SHOW("link again", CALL(link, "n/f", "n/g"));
  SHOW("link directory", CALL(link, "n", "nn") < 0);
  SHOW("symlink", CALL(symlink, "f", "n/s"));
  SHOW("symlink again", CALL(symlink, "f", "n/s"));
  SHOW("symlink empty", CALL(symlink, "", "n/e"));
  SHOW("linkat the link", CALL(linkat, AT_FDCWD, "n/s", AT_FDCWD, "n/h", 0));
  lstat("n/h", &st);
  printf("  mode %o\n", st.st_mode & S_IFMT);
  SHOW("linkat follow", CALL(linkat, AT_FDCWD, "n/s", AT_FDCWD, "n/i", AT_SYMLINK_FOLLOW));
  lstat("n/i", &st);
  printf("  mode %o\n", st.st_mode & S_IFMT);
  char buf[64] = "";
  SHOW("readlink", CALL(readlink, "n/s", buf, 64));
  printf("  %s\n", buf);
  SHOW("readlink short", CALL(readlink, "n/s", buf, 0));
  SHOW("readlink file", CALL(readlink, "n/f", buf, 64));
  SHOW("readlink bad", CALL(readlink, "n/s", BAD, 64));
  SHOW("rename", CALL(rename, "n/f", "n/z"));
  SHOW("rename missing", CALL(rename, "n/f", "n/z"));
  SHOW("rename onto directory", CALL(rename, "n/z", "."));
  SHOW("rename below itself", CALL(rename, "n", "n/q"));
  close(open("n/y", O_CREAT | O_RDWR, 0644));
  SHOW("renameat2 noreplace", CALL(renameat2, AT_FDCWD, "n/z", AT_FDCWD, "n/y", 1));
  SHOW("renameat2 exchange", CALL(renameat2, AT_FDCWD, "n/z", AT_FDCWD, "n/y", 2));
  SHOW("renameat2 flags", CALL(renameat2, AT_FDCWD, "n/z", AT_FDCWD, "n/y", 99));
  SHOW("mknod fifo", CALL(mknod, "n/fifo", S_IFIFO | 0666, 0));
  stat("n/fifo", &st);
  printf("  mode %o\n", st.st_mode);
  SHOW("open fifo", CALL(open, "n/fifo", O_WRONLY | O_NONBLOCK));
  SHOW("unlink", CALL(unlink, "n/z"));
  SHOW("unlink missing", CALL(unlink, "n/z"));
  SHOW("unlink bad", CALL(unlink, BAD));
}

static void cwd(void) {
  char buf[128], here[128];
  long n = CALL(getcwd, here, 128);
  CHECK(n == (long)strlen(workdir) + 1 && !strcmp(here, workdir));
  mkdir("c", 0755);
  SHOW("chdir", CALL(chdir, "c"));
  CALL(getcwd, buf, 128);
  printf("  %s\n", buf + strlen(workdir));
  SHOW("getcwd small", CALL(getcwd, buf, 3));
  SHOW("getcwd bad", CALL(getcwd, BAD, 128));
  SHOW("chdir missing", CALL(chdir, "nowhere"));
  SHOW("chdir bad", CALL(chdir, BAD));
  close(open("f", O_CREAT | O_RDWR, 0644));
  SHOW("chdir file", CALL(chdir, "f"));
  int fd = open("f", O_RDONLY);
  SHOW("fchdir file", CALL(fchdir, fd));
  SHOW("fchdir bad", CALL(fchdir, 99));
  close(fd);
  fd = open("..", O_RDONLY);
  SHOW("fchdir", CALL(fchdir, fd));
  CALL(getcwd, buf, 128);
  CHECK(!strcmp(buf, workdir));
  mkdir("gone", 0755);
  chdir("gone");
  rmdir("../gone");
  SHOW("getcwd removed", CALL(getcwd, buf, 128));
  SHOW("open in removed", CALL(open, "x", O_CREAT | O_RDWR, 0644));
  SHOW("fchdir", CALL(fchdir, fd));
  close(fd);
  int pid = fork();
  if (pid == 0) { chdir("/"); _exit(0); }
  waitpid(pid, 0, 0);
  CALL(getcwd, buf, 128);
  CHECK(!strcmp(buf, workdir));
}

static int seen[40], total;
static void note(const char *name, int type) {
  total++;
  if (name[0] == 'f' && name[1] == '-') {
    seen[atoi(name + 2)]++;
    if (type != DT_REG) printf("  type %d of %s\n", type, name);
  }
}

static void listing(void) {
  mkdir("d", 0755);
  for (int i = 0; i < 40; i++) {
    char name[40];
    sprintf(name, "d/f-%d", i);
    close(open(name, O_CREAT | O_RDWR, 0644));
  }
  char buf[300];
  int fd = open("d", O_RDONLY | O_DIRECTORY), small = 1;
  long n;
  while ((n = CALL(getdents64, fd, buf, sizeof buf)) > 0)
    for (long at = 0; at < n; at += *(uint16_t *)(buf + at + 16)) {
      note(buf + at + 19, buf[at + 18]);
      if (*(uint64_t *)(buf + at + 8) > 0x7fffffff) small = 0;
    }
  SHOW("getdents64 end", n);
  CHECK(small);
  SHOW("entries", total);
  for (int i = 0; i < 40; i++) if (seen[i] != 1) printf("  f-%d seen %d times\n", i, seen[i]);
  SHOW("rewind", CALL(lseek, fd, 0, SEEK_SET));
  total = 0;
  while ((n = CALL(getdents, fd, buf, sizeof buf)) > 0)
    for (long at = 0; at < n; at += *(uint16_t *)(buf + at + 8)) {
      int length = *(uint16_t *)(buf + at + 8);
      note(buf + at + 10, buf[at + length - 1]);
    }
  SHOW("getdents end", n);
  SHOW("entries", total);
  SHOW("getdents64 small", CALL(getdents64, fd, buf, 10));
  CALL(lseek, fd, 0, SEEK_SET);
  SHOW("getdents64 small", CALL(getdents64, fd, buf, 10));
  SHOW("getdents64 bad", CALL(getdents64, fd, BAD, 300));
  SHOW("getdents64 not a directory", CALL(getdents64, open("d/f-0", O_RDONLY), buf, 300));
  SHOW("getdents64 bad fd", CALL(getdents64, 99, buf, 300));
  DIR *d = opendir("d");
  for (int i = 0; i < 10; i++) readdir(d);
  long place = telldir(d);
  char name[256];
  strcpy(name, readdir(d)->d_name);
  for (int i = 0; i < 5; i++) readdir(d);
  seekdir(d, place);
  CHECK(!strcmp(name, readdir(d)->d_name));
  closedir(d);
  rmdir("d");
}

static void attributes(void) {
  close(open("x", O_CREAT | O_RDWR, 0644));
  char buf[64] = "";
  SHOW("setxattr", CALL(setxattr, "x", "user.test", "value", 5, 0));
  SHOW("getxattr", CALL(getxattr, "x", "user.test", buf, 64));
  printf("  %s\n", buf);
  SHOW("getxattr size", CALL(getxattr, "x", "user.test", buf, 0));
  SHOW("getxattr missing", CALL(getxattr, "x", "user.none", buf, 64));
  SHOW("lgetxattr", CALL(lgetxattr, "x", "user.test", buf, 2));
  SHOW("listxattr", CALL(listxattr, "x", buf, 64) > 0);
  int fd = open("x", O_RDWR);
  SHOW("fsetxattr", CALL(fsetxattr, fd, "user.test", "v", 1, XATTR_CREATE));
  SHOW("fgetxattr", CALL(fgetxattr, fd, "user.test", buf, 64));
  SHOW("fremovexattr", CALL(fremovexattr, fd, "user.test"));
  SHOW("removexattr", CALL(removexattr, "x", "user.test"));
  SHOW("setxattr bad", CALL(setxattr, "x", "user.test", BAD, 5, 0));
  close(fd);
}

static void watching(void) {
  mkdir("w", 0755);
  int fd = CALL(inotify_init1, IN_NONBLOCK);
  SHOW("inotify_add_watch", CALL(inotify_add_watch, fd, "w", IN_CREATE));
  close(open("w/new", O_CREAT | O_RDWR, 0644));
  char buf[256];
  long n = CALL(read, fd, buf, sizeof buf);
  SHOW("read", n);
  if (n > 0) printf("  %x %s\n", ((struct inotify_event *)buf)->mask, ((struct inotify_event *)buf)->name);
  SHOW("inotify_rm_watch", CALL(inotify_rm_watch, fd, 1));
  SHOW("inotify_rm_watch", CALL(inotify_rm_watch, fd, 1));
  SHOW("inotify_add_watch missing", CALL(inotify_add_watch, fd, "no", IN_CREATE));
  close(fd);
}

int main(void) {
  static const struct test tests[] = {
    {stats, "stats"}, {modes, "modes"}, {times, "times"}, {file_systems, "file_systems"}, {names, "names"}, {cwd, "cwd"},
    {listing, "listing"}, {attributes, "attributes"}, {watching, "watching"}, {0, 0},
  };
  return run_all(tests);
}
