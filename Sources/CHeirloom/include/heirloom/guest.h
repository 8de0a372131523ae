/* For i386 programs that run on Heirloom: the calls that other kernels do not have. docs/tables.md explains them. */
#ifndef HEIRLOOM_GUEST_H
#define HEIRLOOM_GUEST_H

#ifndef __i386__
#error "heirloom/guest.h is for i386 programs: compile with -m32"
#endif

#include <errno.h>
#include <heirloom/abi.h>

/* Flags of set_syscall_table. Either of the first two, and more bits where they are wanted. */
#define SYSCALL_TABLE_STOP 0
#define SYSCALL_TABLE_USE 1
#define SYSCALL_TABLE_ALL_THREADS 2 /* for all threads of the process, not only the caller */
#define SYSCALL_TABLE_LOCK 4        /* with USE: the caller and its descendants cannot leave the table any more */

/* A table's policy: bits. */
#define SYSCALL_TABLE_DROP_ON_FORK 1 /* a new process starts without it; a new thread has its creator's all the same */
#define SYSCALL_TABLE_DROP_ON_EXEC 2 /* the next program starts without it */
#define SYSCALL_TABLE_LOCKED 4       /* whoever uses it, and all descendants, cannot leave it, nor change it */
#define SYSCALL_TABLE_SAFE 8         /* a set-id program keeps it, where root owns it; only root sets this, and its parent has it */

/* A system call: its answer, or -1 with errno. */
static inline int heirloom_call(int number, unsigned a, unsigned b, unsigned c, unsigned d, unsigned e) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  if (result < 0 && result > -4096) {
    errno = -result;
    return -1;
  }
  return result;
}

/* Uses the system call table of that name from the next call on (SYSCALL_TABLE_USE), or none (SYSCALL_TABLE_STOP, where
 * the name is NULL or that of the table in use). Children inherit the choice.
 *
 * Returns 0, or -1 with errno: ENOENT no such table, or not the one in use; EACCES its mode does not let the caller select
 * it, or it is revoked; EPERM the table in use cannot be left; EFAULT; ENAMETOOLONG; EINVAL another flag, or a name that
 * cannot be; ENOSYS another kernel. */
static inline int set_syscall_table(const char *name, int flag) {
  return heirloom_call(__NR_set_syscall_table, (unsigned)name, flag, 0, 0, 0);
}

/* At file level, HEIRLOOM_TABLE("name"); makes a program name its table: exec selects it, where it is there and the caller may.
 * `heirloom brand` does the same to a program that is compiled already. */
#define HEIRLOOM_TABLE(name)                                     \
  __asm__(".pushsection .note.heirloom, \"a\", @note\n"          \
          "\t.balign 4\n\t.long 9, 2f - 1f, 1\n"                 \
          "\t.asciz \"Heirloom\"\n\t.balign 4\n"                 \
          "1:\t.asciz \"" name "\"\n2:\t.balign 4\n\t.popsection")

/* The calls below answer 0, or -1 with errno. All may fail with EFAULT, ENAMETOOLONG, EINVAL (a name that cannot be: empty,
 * with a slash or blanks), ENOENT (no such table) and ENOSYS (another kernel); those that change a table with EPERM (it
 * is another's, and the caller is not root; or the caller cannot leave it, or one that derives from it). */
enum {
  SYSCALL_TABLE_CREATE, SYSCALL_TABLE_REMOVE, SYSCALL_TABLE_CHMOD, SYSCALL_TABLE_CHOWN, SYSCALL_TABLE_POLICY,
  SYSCALL_TABLE_EXTENDS, SYSCALL_TABLE_REVOKE, SYSCALL_TABLE_STAT,
};

/* Makes a table that belongs to the caller and stays until it is removed.
 *
 * mode: who may do what, as in chmod(2): r inspect, w (modules) register into, x select and derive from; less the umask.
 * policy: SYSCALL_TABLE_DROP_ON_FORK and its like. parent: the table that serves what this one leaves empty; NULL: none.
 * EEXIST; EINVAL bits of mode or policy that do not exist or contradict each other, or SYSCALL_TABLE_SAFE where the parent is
 * not safe (or not root's); EACCES the caller may not select the parent; EPERM only root sets SYSCALL_TABLE_SAFE; ENOSPC too
 * many tables. */
static inline int syscall_table_create(const char *name, unsigned mode, unsigned policy, const char *parent) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_CREATE, (unsigned)name, mode, policy, (unsigned)parent);
}

/* EBUSY while it has entries, users or tables that derive from it. */
static inline int syscall_table_remove(const char *name) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_REMOVE, (unsigned)name, 0, 0, 0);
}

/* Who uses the table keeps it; who is to select it again needs the right. EINVAL other bits than 0777. */
static inline int syscall_table_chmod(const char *name, unsigned mode) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_CHMOD, (unsigned)name, mode, 0, 0);
}

/* As chown(2): -1 keeps; EPERM where the caller is not root and gives it to another user, or to a group it is not in. */
static inline int syscall_table_chown(const char *name, unsigned owner, unsigned group) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_CHOWN, (unsigned)name, owner, group, 0);
}

/* EINVAL bits that do not exist, LOCKED with one of the DROPs, or SAFE where the parent is not safe; EPERM only root sets
 * SYSCALL_TABLE_SAFE. What derives from a table that is safe no more is not either. */
static inline int syscall_table_policy(const char *name, unsigned policy) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_POLICY, (unsigned)name, policy, 0, 0);
}

/* Derives the table from another one, NULL: from none. EACCES the caller may not select that; ELOOP that derives from this;
 * EINVAL this one is safe, and that is not. */
static inline int syscall_table_extends(const char *name, const char *parent) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_EXTENDS, (unsigned)name, (unsigned)parent, 0, 0);
}

/* Takes the table from those who use it: the default serves them until it is given back (isRevoked 0). Nobody can select it
 * meanwhile. */
static inline int syscall_table_revoke(const char *name, int isRevoked) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_REVOKE, (unsigned)name, isRevoked, 0, 0);
}

/* EACCES the caller may not inspect it. */
static inline int syscall_table_stat(const char *name, struct syscall_table_stat *to) {
  return heirloom_call(__NR_syscall_table_ctl, SYSCALL_TABLE_STAT, (unsigned)name, (unsigned)to, 0, 0);
}

#endif
