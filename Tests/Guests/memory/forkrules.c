// What a forked child finds of memory that madvise(2) has said something of: the same, zeroes, or nothing.
#include "test.h"

enum { PAGE = 4096, MANY = 9 << 20 };

static unsigned char *map(size_t size, int flags) {
  unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
  memset(memory, 0x5a, size);
  return memory;
}

// What each of some pages shows; "-" where there is none.
static void show(const char *what, unsigned char *memory, size_t stride, int count) {
  unsigned char seen[1];
  printf("%s:", what);
  for (int i = 0; i < count; i++) {
    if (mincore(memory + i * stride, PAGE, seen) != 0) printf(" -");
    else printf(" %x", memory[i * stride]);
  }
  printf("\n");
  fflush(stdout);
}

static void fork_twice(const char *name, unsigned char *memory, size_t stride, int count) {
  printf("%s\n", name);
  fflush(stdout);
  for (int time = 1; time <= 2; time++) {
    int id = fork();
    if (id == 0) {
      show("child", memory, stride, count);
      // It goes on to its own children.
      int grandchild = fork();
      if (grandchild == 0) show("grandchild", memory, stride, count), _exit(0);
      wait_for(grandchild);
      _exit(0);
    }
    wait_for(id);
    show("parent", memory, stride, count);
    memory[0]++;
  }
}

int main(void) {
  unsigned char *few = map(6 * PAGE, MAP_PRIVATE);
  SHOW(madvise(few + PAGE, PAGE, MADV_WIPEONFORK));
  SHOW(madvise(few + 3 * PAGE, PAGE, MADV_DONTFORK));
  SHOW(madvise(few + 4 * PAGE, 2 * PAGE, MADV_WIPEONFORK));
  SHOW(madvise(few + 5 * PAGE, PAGE, MADV_KEEPONFORK));
  fork_twice("few pages", few, PAGE, 6);
  SHOW(madvise(few + 3 * PAGE, PAGE, MADV_DOFORK));
  fork_twice("again", few, PAGE, 6);

  unsigned char *many = map(MANY, MAP_PRIVATE);
  SHOW(madvise(many + (1 << 20), 1 << 20, MADV_DONTFORK));
  SHOW(madvise(many + (3 << 20), 2 << 20, MADV_WIPEONFORK));
  fork_twice("many pages", many, 1 << 20, 9);

  unsigned char *shared = map(2 * PAGE, MAP_SHARED);
  SHOW(madvise(shared, PAGE, MADV_WIPEONFORK));
  SHOW(madvise(shared + PAGE, PAGE, MADV_DONTFORK));
  fork_twice("shared", shared, PAGE, 2);

  int file = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(file, PAGE));
  unsigned char *mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  SHOW(madvise(mapped, PAGE, MADV_WIPEONFORK));
  SHOW(madvise(mapped, PAGE, MADV_DONTFORK));
  fork_twice("a file's", mapped, PAGE, 1);

  // Every advice, on memory, on nothing, and on no length.
  unsigned char *hole = map(3 * PAGE, MAP_PRIVATE);
  munmap(hole + PAGE, PAGE);
  for (int advice = -1; advice < 26; advice++) {
    if (advice == 9 || advice == 25) continue; // MADV_REMOVE, MADV_COLLAPSE: the host's file system's and configuration's
    int answers[4], errors[4];
    for (int i = 0; i < 4; i++) {
      errno = 0;
      answers[i] = i == 0 ? madvise(hole, PAGE, advice) : i == 1 ? madvise(hole, 3 * PAGE, advice)
        : i == 2 ? madvise(hole, 0, advice) : madvise(hole + 1, PAGE, advice);
      errors[i] = errno;
    }
    printf("%d:", advice);
    for (int i = 0; i < 4; i++) printf(" %s", answers[i] == 0 ? "ok" : strerrorname_np(errors[i]));
    printf("\n");
  }
}
