// Code that is mapped from a file, which changes under it: by each call that writes to files, through shared mappings, by
// other processes; run from private pages that nobody has written, and from the file's own.
#include "test.h"
#include <linux/falloc.h>
#include <setjmp.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <pthread.h>

typedef int (*function)(void);

static sigjmp_buf back;
static void on_fault(int signal) { siglongjmp(back, signal); }

// Runs it; minus the signal that it ended with.
static int call(void *code) {
  int signal = sigsetjmp(back, 1);
  return signal ? -signal : ((function)code)();
}

static unsigned char bytes[4096];
static unsigned char *returning(int value) {
  bytes[0] = 0xb8, memcpy(bytes + 1, &value, 4), bytes[5] = 0xc3; // mov eax, value; ret
  return bytes;
}

static int writer, reader, other;
static void *code;

static void put(int value) { pwrite(writer, returning(value), sizeof bytes, 0); }

// The calls that write. Each makes the code return the value.
static void by_write(int value) { lseek(writer, 0, SEEK_SET), write(writer, returning(value), 6); }
static void by_pwrite(int value) { pwrite(writer, returning(value), 6, 0); }
static void by_writev(int value) {
  returning(value), lseek(writer, 0, SEEK_SET);
  writev(writer, (struct iovec[]){{bytes, 3}, {bytes + 3, 3}}, 2);
}
static void by_pwritev(int value) { returning(value), pwritev(writer, (struct iovec[]){{bytes, 3}, {bytes + 3, 3}}, 2, 0); }
static void by_pwritev2(int value) { returning(value), pwritev2(writer, (struct iovec[]){{bytes, 6}}, 1, 0, 0); }
static void source(int value) { pwrite(other, returning(value), sizeof bytes, 0), lseek(other, 0, SEEK_SET); }
static void by_sendfile(int value) { source(value), lseek(writer, 0, SEEK_SET), sendfile(writer, other, 0, 4096); }
static void by_copy_file_range(int value) {
  loff_t from = 0, to = 0;
  source(value), copy_file_range(other, &from, writer, &to, 4096, 0);
}
static void by_splice(int value) {
  int ends[2];
  loff_t to = 0;
  pipe(ends), write(ends[1], returning(value), 6);
  splice(ends[0], 0, writer, &to, 6, 0), close(ends[0]), close(ends[1]);
}
static void by_opening_again(int value) {
  char path[64];
  sprintf(path, "/proc/self/fd/%d", writer);
  int fd = open(path, O_WRONLY);
  write(fd, returning(value), 6), close(fd);
}
static void by_a_copy(int value) {
  int fd = dup(writer);
  pwrite(fd, returning(value), 6, 0), close(fd);
}
static void by_a_child(int value) { wait_for(CHILD({ by_pwrite(value); 0; })); }
static void through_memory(int value) {
  void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
  memcpy(memory, returning(value), 6), munmap(memory, 4096);
}
static unsigned char *kept;
static void through_kept_memory(int value) { memcpy(kept, returning(value), 6); }
static void through_a_childs_memory(int value) { wait_for(CHILD({ through_memory(value); 0; })); }
static void through_inherited_memory(int value) { wait_for(CHILD({ through_kept_memory(value); 0; })); }
static void by_read(int value) {
  int ends[2];
  pipe(ends), write(ends[1], returning(value), 6), read(ends[0], kept, 6), close(ends[0]), close(ends[1]);
}

static const struct { const char *name; void (*change)(int); } changes[] = {
  {"write", by_write}, {"pwrite64", by_pwrite}, {"writev", by_writev}, {"pwritev", by_pwritev}, {"pwritev2", by_pwritev2},
  {"sendfile", by_sendfile}, {"copy_file_range", by_copy_file_range}, {"splice", by_splice}, {"opened again", by_opening_again},
  {"a copied descriptor", by_a_copy}, {"a child's write", by_a_child}, {"a mapping", through_memory},
  {"a mapping that stays", through_kept_memory}, {"a child's mapping", through_a_childs_memory},
  {"an inherited mapping", through_inherited_memory}, {"read into a mapping", by_read},
};

static void show_changes(const char *how) {
  for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
    put(1000 + i);
    int before = call(code), sum = 0;
    // Each value is seen at the very next call.
    for (int round = 0; round < 5; round++) {
      int value = 10000 * (round + 1) + i;
      changes[i].change(value);
      sum += call(code) == value;
    }
    printf("%s, %s: %d, then %d of 5\n", how, changes[i].name, before, sum);
  }
  fflush(stdout);
}

// Code beyond the file's end is not there; a hole reads as zeroes.
static void show_lengths(const char *how, const char *path) {
  put(1);
  printf("%s: %d", how, call(code));
  ftruncate(writer, 0), printf(", cut off %d", call(code));
  put(2), printf(", written %d", call(code));
  if (path) {
    truncate(path, 0), printf(", cut off by name %d", call(code));
    put(3), printf(", written %d", call(code));
    close(open(path, O_WRONLY | O_TRUNC)), printf(", opened as empty %d", call(code));
    put(4), printf(", written %d", call(code));
  }
  put(0x01020304), printf(", %x", call(code));
  if (fallocate(writer, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 2) == 0) printf(", with a hole %x", call(code));
  puts(""), fflush(stdout);
}

static volatile int wanted, seen, stop;
static void *run(void *unused) {
  while (!stop) seen = ((function)code)();
  return 0;
}

// Another thread is in the code when it changes.
static void show_thread(const char *how) {
  put(1), stop = 0, seen = 0;
  pthread_t thread;
  pthread_create(&thread, 0, run, 0);
  for (int i = 2; i < 20; i++) {
    if (i & 1) through_kept_memory(i);
    else by_pwrite(i);
    while (seen != i) sched_yield();
  }
  stop = 1, pthread_join(thread, 0);
  printf("%s: a thread has seen all\n", how), fflush(stdout);
}

static void show_all(const char *how, const char *path) {
  show_changes(how), show_lengths(how, path);
  ftruncate(writer, 4096), show_thread(how);
}

static void show_file(const char *what, const char *path) {
  char text[100];
  kept = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
  put(1);

  sprintf(text, "private %s", what);
  code = mmap(NULL, 8192, PROT_READ | PROT_EXEC, MAP_PRIVATE, reader, 0);
  show_all(text, path);
  // A child maps it as its parent did.
  put(5), call(code);
  pid_t child = CHILD({
    sleep_ms(30);
    int value = call(code);
    put(7), value * 16 + call(code);
  });
  put(6), printf("parent %d", call(code)), show_status(", child", wait_for(child)), printf("parent %d\n", call(code));
  // Moved, and only then made to be run again.
  code = mremap(code, 8192, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  sprintf(text, "moved private %s", what), show_all(text, path);
  mprotect(code, 8192, PROT_NONE), mprotect(code, 8192, PROT_READ | PROT_EXEC);
  sprintf(text, "protected private %s", what), show_all(text, path);
  // A page of the process's own.
  put(8), call(code), mprotect(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  put(9), printf("not yet written %d", call(code)), memcpy(code, returning(10), 6);
  printf(", written %d", call(code)), put(11), printf(", the file's is another %d\n", call(code));
  munmap(code, 8192);

  code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, reader, 0);
  sprintf(text, "writable private %s", what), show_all(text, path);
  munmap(code, 4096);

  code = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, reader, 0), mprotect(code, 4096, PROT_READ | PROT_EXEC);
  sprintf(text, "later executable private %s", what), show_all(text, path);
  munmap(code, 4096);

  code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, reader, 0);
  sprintf(text, "shared %s", what), show_all(text, path);
  munmap(code, 4096), munmap(kept, 4096);

  // Written and mapped anew so fast that the file's times do not tell.
  int sum = 0;
  for (int i = 0; i < 200; i++) {
    put(i);
    code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, reader, 0);
    sum += call(code) == i, munmap(code, 4096);
  }
  printf("%s mapped anew: %d of 200\n", what, sum), fflush(stdout);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_fault};
  sigaction(SIGBUS, &action, 0), sigaction(SIGSEGV, &action, 0);
  memset(bytes, 0x90, sizeof bytes);
  other = open("other", O_RDWR | O_CREAT, 0600), pwrite(other, bytes, sizeof bytes, 0);
  // First one that is open for reading and writing apart, opened for writing first; and then the other way round.
  writer = open("code", O_RDWR | O_CREAT, 0700), reader = open("code", O_RDONLY);
  show_file("file", "code");
  close(writer), close(reader), unlink("code");
  close(open("code", O_WRONLY | O_CREAT, 0700));
  reader = open("code", O_RDONLY), truncate("code", 4096);
  code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, reader, 0), call(code), munmap(code, 4096);
  writer = open("code", O_RDWR);
  show_file("mapped file", "code");
  close(writer), close(reader);
  writer = reader = memfd_create("code", 0);
  show_file("memory file", NULL);
}
