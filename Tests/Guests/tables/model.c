//: heirloom --quiet --module $BUILD/modules/registrar.so --user 0
//: run 4 6000 1
// model WORKERS OPERATIONS SEED: random operations on tables by concurrent processes, beside a model that knows every answer
// and every count. `make soak` runs it longer.
//
// Each worker has tables of its own names, and is a user of its own; its children use, fork and execute as it tells them. So
// it knows what must come of each operation, whatever the other workers do meanwhile.
#include "test.h"
#include <heirloom/guest.h>
#include <sched.h>

enum { TABLES = 10, SLOTS = 9, REGISTRAR = 7, OWNER = 8, NUMBERS = 4, FIRST = 950, CALL = 960, NONE = -1 };

/* Commands to a child, and what it answers: 0 or above, or -errno. */
enum { SELECT, DROP, TRY, FORK, EXEC, EXIT, CHANGE, POLICY, EXTENDS };
struct command { int what, a, b, c; };

static int worker;
static int commands[SLOTS][2], answers[SLOTS][2];

static char *name_of(int table) {
  static char names[4][16];
  static int next;
  char *name = names[next++ & 3];
  sprintf(name, "w%d-t%02d", worker, table);
  return name;
}
static int result(int answer) { return answer == -1 ? -errno : answer; }

/* The descriptors have fixed numbers, which programs find again after exec. */
enum { PROGRAM = 100 };
static void number_pipes(void) {
  for (int i = 0; i < SLOTS; i++)
    for (int end = 0; end < 2; end++) commands[i][end] = PROGRAM + 1 + 4 * i + end, answers[i][end] = commands[i][end] + 2;
}
static int make_pipe(int numbers[2]) {
  int ends[2];
  if (pipe(ends) || dup2(ends[0], numbers[0]) < 0 || dup2(ends[1], numbers[1]) < 0) return -1;
  return close(ends[0]) || close(ends[1]);
}

static void serve(int slot);
static int obey(struct command c) {
  switch (c.what) {
  case SELECT: return result(set_syscall_table(name_of(c.a), SYSCALL_TABLE_USE | (c.b ? SYSCALL_TABLE_LOCK : 0)));
  case DROP: return result(set_syscall_table(NULL, 0));
  case TRY: return result(syscall(FIRST + c.a));
  case CHANGE: return result(syscall(CALL, worker, c.a, c.b, c.c));
  case POLICY: return result(syscall_table_policy(name_of(c.a), c.b));
  case EXTENDS: return result(syscall_table_extends(name_of(c.a), c.b == NONE ? NULL : name_of(c.b)));
  case FORK: {
    int child = fork();
    if (child == 0) serve(c.a);
    return result(child);
  }
  }
  abort();
}

static void serve(int slot) {
  struct command c;
  while (read(commands[slot][0], &c, sizeof c) == sizeof c) {
    int answer = 0;
    if (c.what == EXIT) _exit(0);
    if (c.what == EXEC) {
      char path[32], numbers[2][12];
      sprintf(path, "/proc/self/fd/%d", PROGRAM);
      sprintf(numbers[0], "%d", slot), sprintf(numbers[1], "%d", worker);
      execl(path, "model", numbers[0], numbers[1], NULL);
      abort();
    }
    answer = obey(c);
    if (write(answers[slot][1], &answer, sizeof answer) != sizeof answer) abort();
  }
  _exit(1);
}

/* The model. */
struct table {
  int exists, mine, mode, policy, parent, revoked, entries[NUMBERS]; /* an entry's variant, or NONE */
  unsigned long long generation;
};
struct task { int lives, pid, table, locked; };
static struct table tables[TABLES];
static struct task tasks[SLOTS]; /* 0 is the worker itself; OWNER is the same user, and never uses a table */
static unsigned long long last[TABLES]; /* the generation of the last table of that name */
static unsigned seed;
static int differences;

static unsigned any(unsigned limit) {
  seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5;
  return seed % limit;
}

static int ask(int slot, int what, int a, int b, int c) {
  struct command command = {what, a, b, c};
  int answer;
  if (slot == 0) return obey(command);
  if (write(commands[slot][1], &command, sizeof command) != sizeof command) abort();
  if (what == EXIT) {
    while (kill(tasks[slot].pid, 0) == 0) sched_yield();
    return 0;
  }
  if (read(answers[slot][0], &answer, sizeof answer) != sizeof answer) abort();
  return answer;
}

static void expect(const char *what, int table, long long is, long long shall) {
  if (is == shall) return;
  if (differences++ < 10) printf("worker %d: %s %d: is %lld, shall be %lld\n", worker, what, table, is, shall), fflush(stdout);
}

static int users(int t) {
  int count = 0;
  for (int i = 0; i < SLOTS; i++) count += tasks[i].lives && tasks[i].table == t;
  return count;
}
static int entries(int t) {
  int count = 0;
  for (int i = 0; i < NUMBERS; i++) count += tables[t].entries[i] != NONE;
  return count;
}
static int children(int t) {
  int count = 0;
  for (int i = 0; i < TABLES; i++) count += tables[i].exists && tables[i].parent == t;
  return count;
}
/* A table that a module has made stays only while something keeps it. */
static void forget_if_unused(int t) {
  while (t != NONE && tables[t].exists && !tables[t].mine && !users(t) && !entries(t) && !children(t)) {
    tables[t].exists = 0;
    t = tables[t].parent;
  }
}
static int may(int t, int right) { return tables[t].mine ? tables[t].mode >> 6 & right : tables[t].mode & right; }
static int is_locked(struct task *task) {
  if (task->table == NONE || tables[task->table].revoked) return 0;
  return task->locked || tables[task->table].policy & SYSCALL_TABLE_LOCKED;
}
static int derives(int t, int from) {
  for (; t != NONE; t = tables[t].parent)
    if (t == from) return 1;
  return 0;
}
static int serves(int t, int number) {
  for (; t != NONE; t = tables[t].parent) {
    if (tables[t].revoked) return NONE;
    if (tables[t].entries[number] != NONE) return tables[t].entries[number];
  }
  return NONE;
}
static void use(struct task *task, int t) {
  int old = task->table;
  if (old == t) return;
  task->table = t, task->locked = 0;
  if (old != NONE) forget_if_unused(old);
}
static int is_unsound(int policy) { return policy & SYSCALL_TABLE_LOCKED && policy & 3; }

static void look(int t) {
  struct syscall_table_stat st;
  int answer = result(syscall_table_stat(name_of(t), &st));
  struct table *table = &tables[t];
  expect("stat", t, answer, !table->exists ? -ENOENT : may(t, 4) ? 0 : -EACCES);
  if (answer) return;
  if (!table->generation) {
    if (st.generation <= last[t]) expect("generation", t, st.generation, last[t] + 1);
    table->generation = last[t] = st.generation;
  }
  expect("generation", t, st.generation, table->generation);
  expect("users", t, st.users, users(t));
  expect("entries", t, st.entries, entries(t));
  expect("mode", t, st.mode, table->mode);
  expect("policy", t, st.policy, table->policy);
  expect("flags", t, st.flags, (table->mine ? SYSCALL_TABLE_DEFINED : 0) | (table->revoked ? SYSCALL_TABLE_REVOKED : 0));
  expect("parent", t, strcmp(st.parent, table->parent == NONE ? "" : name_of(table->parent)), 0);
}

static void made(int t, int mine, int mode, int policy, int parent) {
  tables[t] = (struct table){1, mine, mode, policy, parent, 0, {NONE, NONE, NONE, NONE}, 0};
}

static void operation(void) {
  static const int modes[] = {0700, 0755, 0600, 0000, 0500};
  int t = any(TABLES), other = any(TABLES), slot = any(REGISTRAR), mode = modes[any(5)], number = any(NUMBERS);
  static const int policies[] = {0, 0, 0, 1, 2, 3, 4, 5};
  int policy = policies[any(8)], shall;
  struct table *table = &tables[t];
  struct task *task = &tasks[slot];
  // Who is locked in a table changes neither it nor what it derives from.
  int may_change = !table->exists ? -ENOENT : !table->mine ? -EPERM : 0;
  int change = may_change ?: is_locked(&tasks[0]) && derives(tasks[0].table, t) ? -EPERM : 0;
  switch (any(24)) {
  case 0: case 1: case 2: {
    int parent = any(2) ? other : NONE;
    shall = is_unsound(policy)                     ? -EINVAL
            : table->exists                        ? -EEXIST
            : parent == NONE                       ? 0
            : !tables[parent].exists               ? -ENOENT
            : !may(parent, 1)                      ? -EACCES
                                                   : 0;
    expect("create", t, result(syscall_table_create(name_of(t), mode, policy, parent == NONE ? NULL : name_of(parent))), shall);
    if (!shall) made(t, 1, mode, policy, parent);
    break;
  }
  case 3:
    shall = change ?: users(t) || entries(t) || children(t) ? (change ?: -EBUSY) : 0;
    expect("remove", t, result(syscall_table_remove(name_of(t))), shall);
    if (!shall) table->exists = 0, forget_if_unused(table->parent);
    break;
  case 4:
    expect("chmod", t, result(syscall_table_chmod(name_of(t), mode)), change);
    if (!change) table->mode = mode;
    break;
  case 5:
    slot = any(2) ? OWNER : 0;
    shall = is_unsound(policy) ? -EINVAL : slot ? may_change : change;
    expect("policy", t, ask(slot, POLICY, t, policy, 0), shall);
    if (!shall) table->policy = policy;
    break;
  case 6: {
    int parent = any(3) ? other : NONE;
    shall = change ?: parent == NONE         ? change
            : !tables[parent].exists ? -ENOENT
            : !may(parent, 1)        ? -EACCES
            : derives(parent, t)     ? -ELOOP
                                     : 0;
    expect("extends", t, ask(0, EXTENDS, t, parent, 0), shall);
    if (!shall) {
      int old = table->parent;
      table->parent = parent;
      if (old != NONE) forget_if_unused(old);
    }
    break;
  }
  case 7: {
    int revoked = any(3) == 0;
    expect("revoke", t, result(syscall_table_revoke(name_of(t), revoked)), change);
    if (!change) table->revoked = revoked;
    break;
  }
  case 8: case 9: case 10: case 11: {
    int locking = any(40) == 0 && slot != 0;
    if (!task->lives) break;
    shall = !table->exists                                ? -ENOENT
            : !may(t, 1) || table->revoked                ? -EACCES
            : is_locked(task) && task->table != t         ? -EPERM
                                                          : 0;
    expect("select", t, ask(slot, SELECT, t, locking, 0), shall);
    if (!shall) {
      use(task, t);
      if (locking) task->locked = 1;
    }
    break;
  }
  case 12:
    if (!task->lives) break;
    shall = is_locked(task) ? -EPERM : 0;
    expect("drop", task->table, ask(slot, DROP, 0, 0, 0), shall);
    if (!shall) use(task, NONE);
    break;
  case 13: case 14: case 15: {
    int variant = any(4) ? (int)any(3) : NONE;
    shall = variant != NONE || (table->exists && table->entries[number] != NONE) ? 0 : -ENOENT;
    expect("register", t, ask(REGISTRAR, CHANGE, t, number, variant), shall);
    if (shall) break;
    if (!table->exists) made(t, 0, 0755, 0, NONE);
    table->entries[number] = variant;
    forget_if_unused(t);
    break;
  }
  case 16: case 17: case 18: case 19:
    if (!task->lives) break;
    shall = serves(task->table, number);
    expect("call", task->table, ask(slot, TRY, number, 0, 0), shall == NONE ? -ENOSYS : 100 + shall);
    break;
  case 20: {
    int child = 1 + any(REGISTRAR - 1);
    if (!task->lives || tasks[child].lives || any(4)) break;
    int pid = ask(slot, FORK, child, 0, 0);
    if (pid < 0) expect("fork", child, pid, 0), abort();
    tasks[child] = (struct task){1, pid, NONE, 0};
    if (task->table == NONE || (tables[task->table].policy & SYSCALL_TABLE_DROP_ON_FORK && !is_locked(task))) break;
    tasks[child].table = task->table, tasks[child].locked = task->locked;
    break;
  }
  case 21:
    if (slot == 0 || !task->lives || any(4)) break;
    expect("exec", task->table, ask(slot, EXEC, 0, 0, 0), 0);
    if (task->table != NONE && tables[task->table].policy & SYSCALL_TABLE_DROP_ON_EXEC && !is_locked(task)) use(task, NONE);
    break;
  case 22: {
    if (slot == 0 || !task->lives || any(4)) break;
    ask(slot, EXIT, 0, 0, 0);
    task->lives = 0;
    int old = task->table;
    task->table = NONE;
    if (old != NONE) forget_if_unused(old);
    break;
  }
  default: break;
  }
  look(t);
  look(other);
}

static int work(int operations, int to_begin) {
  number_pipes();
  for (int i = 0; i < SLOTS; i++)
    if (make_pipe(commands[i]) || make_pipe(answers[i])) return 100;
  signal(SIGCHLD, SIG_IGN);
  umask(0);
  for (int i = 0; i < SLOTS; i++) tasks[i].table = NONE;
  tasks[0].lives = 1;
  if ((tasks[REGISTRAR].pid = fork()) == 0) {
    if (set_syscall_table("registrar", 1)) _exit(1);
    serve(REGISTRAR);
  }
  if (setresgid(1000 + worker, 1000 + worker, 1000 + worker) || setresuid(1000 + worker, 1000 + worker, 1000 + worker)) return 101;
  if ((tasks[OWNER].pid = fork()) == 0) serve(OWNER);
  char c;
  if (read(to_begin, &c, 1) != 1) return 102;
  for (int i = 0; i < operations; i++) operation();
  // Everything goes, and nothing is left.
  for (int i = 1; i < REGISTRAR; i++)
    if (tasks[i].lives) ask(i, EXIT, 0, 0, 0), tasks[i].lives = 0;
  for (int t = 0; t < TABLES; t++) {
    if (tables[t].exists && tables[t].mine) ask(OWNER, POLICY, t, 0, 0), ask(OWNER, EXTENDS, t, NONE, 0);
    for (int n = 0; n < NUMBERS; n++)
      if (tables[t].exists && tables[t].entries[n] != NONE) expect("last", t, ask(REGISTRAR, CHANGE, t, n, NONE), 0);
  }
  set_syscall_table(NULL, 0);
  for (int t = 0; t < TABLES; t++)
    if (tables[t].exists && tables[t].mine) expect("last remove", t, result(syscall_table_remove(name_of(t))), 0);
  ask(OWNER, EXIT, 0, 0, 0);
  ask(REGISTRAR, EXIT, 0, 0, 0);
  // It answers before it ends, and uses its table until then. It is another user's.
  while (kill(tasks[REGISTRAR].pid, 0) == 0 || errno == EPERM) usleep(1000);
  return differences > 99 ? 99 : differences;
}

int main(int argc, char **argv) {
  if (argc == 3) { // a child after exec
    int slot = atoi(argv[1]), none = 0;
    worker = atoi(argv[2]);
    number_pipes();
    if (write(answers[slot][1], &none, sizeof none) != sizeof none) abort();
    serve(slot);
  }
  if (argc != 4) return 64;
  int workers = atoi(argv[1]), operations = atoi(argv[2]), gate[2];
  pid_t pids[10];
  if (workers < 1 || workers > 10 || pipe(gate)) return 64;
  if (dup2(open(argv[0], O_RDONLY), PROGRAM) < 0) return 1;
  for (worker = 0; worker < workers; worker++) {
    seed = atoi(argv[3]) * 7919 + worker + 1;
    fflush(stdout);
    if ((pids[worker] = fork()) == 0) {
      int code = work(operations, gate[0]);
      fflush(stdout);
      _exit(code);
    }
  }
  for (int i = 0; i < workers; i++)
    if (write(gate[1], "", 1) != 1) return 1;
  for (int i = 0; i < workers; i++) show_status("worker", wait_for(pids[i]));
  char text[4096] = "";
  int fd = open("/proc/syscall_tables", O_RDONLY);
  if (read(fd, text, sizeof text - 1) < 0) return 1;
  printf("left: %s", text);
}
