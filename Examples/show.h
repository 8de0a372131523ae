/* What the examples print: calls that a table may override, each beside one that tells the same and is not overridden. */
#pragma once
#define _GNU_SOURCE
#include <heirloom/guest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void show(const char *who) {
  printf("%-12s getpid %d (gettid %d)   getuid %d (geteuid %d)\n", who, getpid(), gettid(), getuid(), geteuid());
  fflush(stdout); /* or a fork would double it */
}

static inline void use_table(const char *name) {
  if (set_syscall_table(name, SYSCALL_TABLE_USE) != 0) {
    perror(name);
    exit(1);
  }
}

static inline void stop_table(void) {
  if (set_syscall_table(NULL, SYSCALL_TABLE_STOP) != 0) {
    perror("stopping the table");
    exit(1);
  }
}

/* Waits for a child; its failure is ours. */
static inline void wait_for(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) exit(1);
}
