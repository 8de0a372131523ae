//: heirloom --quiet --module $BUILD/plugins/getpid2.so --user 0
// Thirty thousand tables: each is made, selected, inherited and taken away, and none is slower to find than among a hundred.
// A name that is taken again is another table.
#include "test.h"
#include <dirent.h>
#include <heirloom/guest.h>

enum { TABLES = 30000, FEW = 100, LOOKS = 2000, ROUNDS = 20 };

static char *name_of(int table) {
  static char name[32];
  sprintf(name, "table-%d", table);
  return name;
}
static int is_overridden(void) { return getpid() != syscall(SYS_gettid); }

/* Every seventh derives from vector_1. */
static int make(int table) { return syscall_table_create(name_of(table), 0700, 0, table % 7 == 0 ? "vector_1" : NULL); }

/* The least time of ROUNDS that LOOKS selections among `count` tables take, in nanoseconds. */
static long long looks(int count) {
  long long least = 1LL << 60;
  for (int round = 0; round < ROUNDS; round++) {
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int i = 0; i < LOOKS; i++) set_syscall_table(name_of((i + round * LOOKS) * 7919LL % count), 1);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long time = (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec;
    if (time < least) least = time;
  }
  return least;
}

static int lines(const char *path, const char *prefix) {
  FILE *file = fopen(path, "r");
  char line[200];
  int count = 0;
  while (fgets(line, sizeof line, file)) count += !strncmp(line, prefix, strlen(prefix));
  fclose(file);
  return count;
}
static int names(const char *path, const char *prefix) {
  DIR *directory = opendir(path);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory));) count += !strncmp(entry->d_name, prefix, strlen(prefix));
  closedir(directory);
  return count;
}

int main(void) {
  struct syscall_table_stat st;
  unsigned long long generation = 0;
  int wrong = 0;
  for (int i = 0; i < FEW; i++) wrong += make(i) != 0;
  long long among_few = looks(FEW);
  for (int i = FEW; i < TABLES; i++) wrong += make(i) != 0;
  printf("not made: %d\n", wrong);
  wrong = 0;
  for (int i = 0; i < TABLES; i++) wrong += set_syscall_table(name_of(i), 1) || is_overridden() != (i % 7 == 0);
  printf("not what was selected: %d\n", wrong);
  long long among_many = looks(TABLES);
  if (among_many < 10 * among_few) puts("to find one takes no longer");
  else printf("to find one took %lld ns among %d, %lld ns among %d\n", among_few / LOOKS, FEW, among_many / LOOKS, TABLES);
  SHOW(set_syscall_table(name_of(TABLES - TABLES % 7), 1));
  show_status("inherited", wait_for(CHILD(!is_overridden())));
  SHOW(lines("/proc/syscall_tables", "table-"));
  SHOW(names("/proc/syscall_tables.d", "table-"));
  wrong = 0;
  for (int i = 0; i < TABLES; i++) {
    wrong += syscall_table_stat(name_of(i), &st) || st.generation <= generation;
    generation = st.generation;
  }
  printf("generations that do not grow: %d\n", wrong);

  // A name that is taken again: its generation tells it from the old one, whose users it has not.
  SHOW(set_syscall_table("table-0", 1));
  SHOW(syscall_table_remove("table-0"));
  SHOW(set_syscall_table(NULL, 0));
  SHOW(syscall_table_remove("table-0"));
  SHOW(make(0));
  SHOW(syscall_table_stat("table-0", &st));
  printf("newer: %d, users: %u\n", st.generation > generation, st.users);
  wrong = 0;
  for (int i = 0; i < TABLES; i++) wrong += syscall_table_remove(name_of(i)) != 0;
  printf("not removed: %d\n", wrong);
  SHOW(set_syscall_table("table-7", 1));
  SHOW(lines("/proc/syscall_tables", ""));
}
