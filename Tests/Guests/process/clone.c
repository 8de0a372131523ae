// clone for processes: which of memory, files, directory and handlers are shared, and the ids it writes.
#include "test.h"
#include <sched.h>

static char stack[65536] __attribute__((aligned(16)));
static volatile int memory;
static int file;
static pid_t parent_tid, child_tid;

static int child(void *unused) {
  (void)unused;
  memory = 1;
  close(file);
  chdir("/");
  return 11;
}

static void try(const char *name, int flags) {
  memory = 0;
  mkdir("dir", 0700), chdir("dir");
  file = open("f", O_RDWR | O_CREAT, 0600);
  fflush(stdout);
  pid_t pid = clone(child, stack + sizeof stack, flags | SIGCHLD, NULL);
  int status = wait_for(pid);
  char cwd[512];
  printf("%s: memory %d, file %s, directory %s\n", name, memory, fcntl(file, F_GETFD) < 0 ? "closed" : "open",
         strcmp(getcwd(cwd, sizeof cwd), "/") ? "own" : "shared");
  show_status(name, status);
  close(file);
  if (chdir(getenv("HOME"))) perror("chdir");
}

static int report_ids(void *unused) {
  (void)unused;
  return (child_tid == getpid()) | (parent_tid == getpid()) << 1;
}

int main(void) {
  try("nothing shared", 0);
  try("CLONE_VM", CLONE_VM);
  try("CLONE_FILES", CLONE_FILES);
  try("everything", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
  try("CLONE_VM|CLONE_VFORK", CLONE_VM | CLONE_VFORK);

  fflush(stdout);
  pid_t pid = clone(report_ids, stack + sizeof stack, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, NULL,
                    &parent_tid, NULL, &child_tid);
  CHECK(parent_tid == pid);
  show_status("ids", wait_for(pid));

  // The signal at the end is the caller's choice; without SIGCHLD only __WCLONE and __WALL wait.
  signal(SIGUSR1, SIG_IGN);
  pid = clone(report_ids, stack + sizeof stack, SIGUSR1, NULL);
  int status;
  SHOW(waitpid(pid, &status, 0));
  CHECK(waitpid(pid, &status, __WALL) == pid);
  SHOW(syscall(SYS_clone, CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0));
  SHOW(syscall(SYS_clone, CLONE_THREAD | SIGCHLD, 0, 0, 0, 0));
}
