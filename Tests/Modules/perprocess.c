// What a module keeps of tasks and of processes: counts that threads and children have of their own.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

struct count { int calls, generation, execs; };

static int blocks; // that are not ended

static void fork_count(void *child, const void *parent) {
  const struct count *from = parent;
  *(struct count *)child = (struct count){from->calls, from->generation + 1, from->execs};
  __atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
}
static void exec_count(void *data) { ((struct count *)data)->execs++; }
static void exit_count(void *data) {
  if (((struct count *)data)->calls) __atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
}

static const struct task_data of_process = {
    .size = sizeof(struct count), .scope = TASK_DATA_PROCESS, .fork = fork_count, .exec = exec_count, .exit = exit_count};
static const struct task_data of_task = {.size = sizeof(struct count), .scope = TASK_DATA_TASK};
static const struct task_data wrong = {.size = 1, .scope = 7};

// What: 0 the process's calls, 1 this thread's, 2 how often it was inherited, 3 its programs, 4 blocks that live.
static asmlinkage long count(int what) {
  struct count *process = task_data(&of_process), *task = task_data(&of_task);
  if (!process || !task || task_data(&wrong)) return -ENOMEM;
  if (process->calls == 0) __atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
  int calls = __atomic_add_fetch(&process->calls, 1, __ATOMIC_RELAXED);
  task->calls++;
  switch (what) {
    case 0: return calls;
    case 1: return task->calls;
    case 2: return process->generation + 10 * task->generation;
    case 3: return process->execs;
    default: return __atomic_load_n(&blocks, __ATOMIC_RELAXED);
  }
}

static const struct syscall_override overrides[] = {NEW_SYSCALL(510, "count(int what)", count)};

static int __init perprocess_init(void) {
  if (task_data(&of_process)) return -EINVAL;
  return register_syscalls("perprocess", overrides, 1);
}

// The blocks of the tasks are gone before.
static void __exit perprocess_exit(void) { pr_info("perprocess: %d blocks are left\n", blocks); }

module_init(perprocess_init);
module_exit(perprocess_exit);
