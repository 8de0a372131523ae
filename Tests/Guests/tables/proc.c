//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/plugins/open2.so --module $BUILD/modules/second.so --user 0
//: cc -pthread
// Tables in /proc: all, one, and a process's; who may not inspect a table sees what a file's listing would show.
#include "test.h"
#include <dirent.h>
#include <heirloom/guest.h>
#include <pthread.h>

static void cat(const char *path) {
  char text[4096];
  int fd = open(path, O_RDONLY);
  printf("%s:", path);
  if (fd < 0) {
    printf(" %s\n", strerrorname_np(errno)), fflush(stdout);
    return;
  }
  puts("");
  for (int n; (n = read(fd, text, sizeof text)) > 0;) fwrite(text, 1, n, stdout);
  close(fd);
  fflush(stdout);
}

static int uses(const char *path, const char *table) {
  char text[64] = "";
  int fd = open(path, O_RDONLY);
  if (read(fd, text, sizeof text - 1) < 0) perror(path);
  close(fd);
  return !strncmp(text, table, strlen(table));
}

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }
static void list(const char *path, const char *prefix) {
  DIR *directory = opendir(path);
  char *names[64];
  int count = 0;
  for (struct dirent *entry; directory && (entry = readdir(directory)) && count < 64;)
    if (!strncmp(entry->d_name, prefix, strlen(prefix))) asprintf(&names[count++], "%s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
  if (directory) closedir(directory);
  qsort(names, count, sizeof *names, by_name);
  printf("%s lists:", path);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  puts(""), fflush(stdout);
}

static void *in_thread(void *unused) {
  char path[64];
  sprintf(path, "/proc/self/task/%d/syscall_table", (int)syscall(SYS_gettid));
  set_syscall_table("vector_2", 1);
  int fd = open(path, O_RDONLY);
  char text[64] = "";
  read(fd, text, sizeof text - 1), close(fd);
  printf("thread: %s", text);
  return unused;
}

int main(void) {
  umask(0);
  cat("/proc/self/syscall_table");
  cat("/proc/syscall_tables");
  SHOW(syscall_table_create("private", 0700, SYSCALL_TABLE_LOCKED, NULL));
  SHOW(syscall_table_create("child", 0755, SYSCALL_TABLE_DROP_ON_FORK | SYSCALL_TABLE_DROP_ON_EXEC, "vector_1"));
  SHOW(syscall_table_create("grandchild", 0755, 0, "child"));
  SHOW(syscall_table_chown("private", 1000, 100));
  SHOW(set_syscall_table("grandchild", 1));
  cat("/proc/syscall_tables");
  list("/proc/syscall_tables.d", "");
  list("/proc", "syscall");
  cat("/proc/syscall_tables.d/vector_1");
  cat("/proc/syscall_tables.d/vector_2");
  cat("/proc/syscall_tables.d/grandchild");
  cat("/proc/syscall_tables.d/private");
  cat("/proc/syscall_tables.d/nowhere");
  cat("/proc/syscall_tables.d/child/more");
  cat("/proc/self/syscall_table");
  show_status("child", wait_for(CHILD({
    char text[64] = "", expected[64];
    int fd = open("/proc/self/syscall_table", O_RDONLY);
    read(fd, text, sizeof text - 1);
    sprintf(expected, "grandchild inherited:%d -\n", getppid());
    strcmp(text, expected) != 0;
  })));
  pthread_t thread;
  pthread_create(&thread, NULL, in_thread, NULL), pthread_join(thread, NULL);
  SHOW(syscall_table_revoke("child", 1));
  cat("/proc/syscall_tables.d/child");
  cat("/proc/syscall_tables.d/grandchild");
  SHOW(syscall_table_revoke("child", 0));
  SHOW(syscall_table_revoke("grandchild", 1));
  cat("/proc/self/syscall_table");
  SHOW(syscall_table_revoke("grandchild", 0));
  // Who may inspect a table sees no more of its ancestors than of themselves; nor, of another's process, which table it uses.
  SHOW(syscall_table_extends("vector_2", "vector_1"));
  SHOW(syscall_table_chmod("vector_1", 0711));
  pid_t user = CHILD({ set_syscall_table("vector_1", 1) ?: (pause(), 0); });
  char of_user[64];
  sprintf(of_user, "/proc/%d/syscall_table", user);
  while (!uses(of_user, "vector_1")) sleep_ms(1);
  show_status("other", wait_for(CHILD({
    if (setresgid(100, 100, 100) || setresuid(2000, 2000, 2000)) _exit(9);
    cat("/proc/syscall_tables.d/vector_1");
    cat("/proc/syscall_tables.d/vector_2");
    cat("/proc/syscall_tables.d/grandchild");
    printf("of another: %s\n", uses(of_user, "-") ? "-" : "shown"), fflush(stdout);
    SHOW(set_syscall_table("vector_1", 1));
    cat("/proc/self/syscall_table");
    0;
  })));
  kill(user, SIGKILL), wait_for(user);
  SHOW(syscall_table_chmod("vector_1", 0755));
  SHOW(syscall_table_extends("vector_2", NULL));
  SHOW(set_syscall_table("grandchild", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK));
  cat("/proc/self/syscall_table");
  struct stat st;
  SHOW(stat("/proc/syscall_tables", &st));
  printf("mode %o\n", st.st_mode);
  SHOW(stat("/proc/syscall_tables.d", &st));
  printf("directory %d\n", S_ISDIR(st.st_mode));
  SHOW(chdir("/proc/syscall_tables.d"));
  char here[64];
  printf("%s\n", getcwd(here, sizeof here));
  cat("vector_2");
  show_status("other", wait_for(CHILD({
    if (setresgid(100, 100, 100) || setresuid(2000, 2000, 2000)) _exit(9);
    cat("/proc/syscall_tables");
    cat("/proc/syscall_tables.d/private");
    cat("/proc/syscall_tables.d/child");
    0;
  })));
}
