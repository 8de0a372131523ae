//: also dynamic
// What a fork shows of memory of every kind, to parent, child and grandchild, however often each forks and writes.
#include "test.h"

#define PAGE 4096
#define PAGES 200

static char *map(int prot, int flags, int fd) { return mmap(NULL, PAGES * PAGE, prot, flags, fd, 0); }
static void fill(char *at, int value) {
  for (int i = 0; i < PAGES; i++) memset(at + i * PAGE, value + i % 7, PAGE);
}
static int holds(const char *at, int value) {
  for (int i = 0; i < PAGES; i++)
    if (at[i * PAGE] != (char)(value + i % 7) || at[i * PAGE + PAGE - 1] != (char)(value + i % 7)) return 0;
  return 1;
}

// Each generation writes a page, forks, writes again, and looks whether anybody else's writes have come through.
static int generations(char *at, int depth) {
  at[depth * PAGE] = 100 + depth;
  pid_t child = fork();
  if (child == 0) {
    if (at[depth * PAGE] != 100 + depth) _exit(50);
    if (depth == 5) _exit(0);
    _exit(generations(at, depth + 1));
  }
  at[depth * PAGE] = 120, at[(depth + 1) * PAGE] = 121;
  int code = WEXITSTATUS(wait_for(child));
  if (at[depth * PAGE] != 120 || at[(depth + 1) * PAGE] != 121) return 60 + depth;
  for (int i = 0; i < depth; i++)
    if (at[i * PAGE] != 100 + i) return 70 + depth;
  return code;
}

int main(void) {
  const int both = PROT_READ | PROT_WRITE;
  int file = open("forkmemory.file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(file, PAGES * PAGE);
  char *anonymous = map(both, MAP_PRIVATE | MAP_ANONYMOUS, -1), *private = map(both, MAP_PRIVATE, file);
  char *shared = map(both, MAP_SHARED, file), *common = map(both, MAP_SHARED | MAP_ANONYMOUS, -1);
  fill(anonymous, 1), fill(shared, 2), fill(common, 3);
  private[5 * PAGE] = 77; // the one page of the file's private mapping that is its own
  printf("first %d\n", WEXITSTATUS(wait_for(CHILD(
    holds(anonymous, 1) && holds(common, 3) && private[5 * PAGE] == 77 && private[6 * PAGE] == 2 + 6 ? 0 : 1))));

  // The child's writes stay the child's; shared ones are everybody's.
  wait_for(CHILD({ fill(anonymous, 11), fill(private, 12), fill(common, 13); 0; }));
  printf("kept %d %d %d\n", holds(anonymous, 1), private[5 * PAGE], holds(common, 13));

  // The parent's after the fork, before the child looks.
  int fds[2];
  pipe(fds);
  for (int round = 0; round < 5; round++) {
    fill(anonymous, 20 + round), memset(private, 40 + round, 3 * PAGE);
    pid_t child = CHILD({
      char byte;
      read(fds[0], &byte, 1);
      holds(anonymous, 20 + round) && private[0] == 40 + round && private[2 * PAGE] == 40 + round ? 0 : 1;
    });
    fill(anonymous, 90), memset(private, 91, PAGE);
    write(fds[1], "x", 1);
    printf("round %d: %d\n", round, WEXITSTATUS(wait_for(child)));
  }
  printf("generations %d\n", generations(anonymous, 0));

  // Several children at once, each with the memory of its moment.
  pid_t children[8];
  for (int i = 0; i < 8; i++) {
    memset(anonymous + 10 * PAGE, 30 + i, 90 * PAGE);
    children[i] = CHILD({
      char byte;
      read(fds[0], &byte, 1);
      for (int page = 10; page < 100; page++)
        if (anonymous[page * PAGE] != 30 + i) _exit(1);
      anonymous[50 * PAGE] = 1;
      0;
    });
  }
  write(fds[1], "12345678", 8);
  int wrong = 0;
  for (int i = 0; i < 8; i++) wrong += wait_for(children[i]) != 0;
  printf("wrong %d\n", wrong);

  // What is done to the mappings afterwards.
  fill(anonymous, 1), fill(private, 2);
  pid_t child = CHILD({
    madvise(anonymous, 10 * PAGE, MADV_DONTNEED), madvise(private, PAGES * PAGE, MADV_DONTNEED);
    CHECK(anonymous[0] == 0 && anonymous[9 * PAGE] == 0 && anonymous[10 * PAGE] == 1 + 3);
    CHECK(private[5 * PAGE] == shared[5 * PAGE]);
    char *moved = mremap(anonymous + 20 * PAGE, 20 * PAGE, 300 * PAGE, MREMAP_MAYMOVE);
    CHECK(moved[0] == 1 + 6 && moved[19 * PAGE] == 1 + 4 && moved[20 * PAGE] == 0);
    moved[0] = 9, moved[299 * PAGE] = 8;
    CHECK(mprotect(anonymous + 40 * PAGE, PAGE, PROT_NONE) == 0);
    pid_t grandchild = CHILD({
      CHECK(moved[0] == 9 && moved[299 * PAGE] == 8);
      mprotect(anonymous + 40 * PAGE, PAGE, PROT_READ);
      CHECK(anonymous[40 * PAGE] == 1 + 5);
      CHECK(anonymous[0] == 0 && private[5 * PAGE] == shared[5 * PAGE]);
      0;
    });
    wait_for(grandchild);
  });
  show_status("changed", wait_for(child));
  CHECK(holds(anonymous, 1) && holds(private, 2));

  // Protected in parts and joined again between forks.
  for (int round = 0; round < 3; round++) {
    for (int page = 30; page < 60; page += 10) {
      mprotect(anonymous + page * PAGE, 5 * PAGE, PROT_READ);
      wait_for(CHILD(anonymous[page * PAGE]));
      mprotect(anonymous + page * PAGE, 5 * PAGE, both);
    }
    fill(anonymous, 50 + round);
    printf("joined %d\n", WEXITSTATUS(wait_for(CHILD(!holds(anonymous, 50 + round)))));
  }
  fill(anonymous, 1);

  // The host writes into what a fork shares: read(2), getcwd(2), a futex word, the child's tid.
  child = CHILD({
    lseek(file, 0, SEEK_SET);
    SHOW(pread(file, anonymous, 3 * PAGE, PAGE));
    CHECK(anonymous[0] == shared[PAGE] && anonymous[2 * PAGE] == shared[3 * PAGE]);
    CHECK(getcwd(anonymous + 5 * PAGE - 2, 4000) == anonymous + 5 * PAGE - 2);
    struct timespec *at = (void *)(anonymous + 7 * PAGE - 4);
    SHOW(clock_gettime(CLOCK_MONOTONIC, at));
    0;
  });
  show_status("host", wait_for(child));
  CHECK(holds(anonymous, 1));

  // Much memory, mapped and from the heap: some of it given back, some moved, some cleared before and after forks.
  const size_t much = 12 << 20;
  char *large = mmap(NULL, much, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *heap = sbrk(much), *more = sbrk(much);
  for (size_t i = 0; i < much; i += PAGE) large[i] = heap[i] = more[i] = 1 + i / PAGE % 50;
  madvise(large, 10 * PAGE, MADV_DONTNEED), munmap(large + 20 * PAGE, 10 * PAGE);
  sbrk(-much), CHECK(sbrk(much) == more);
  // The first fork of it, and what the parent writes before the child looks.
  child = CHILD({
    char byte;
    read(fds[0], &byte, 1);
    large[50 * PAGE] == 1 && heap[0] == 1 && more[50 * PAGE] == 0 ? 0 : 1;
  });
  large[50 * PAGE] = heap[0] = more[50 * PAGE] = 90;
  write(fds[1], "x", 1);
  printf("much at first: %d\n", WEXITSTATUS(wait_for(child)));
  large[50 * PAGE] = heap[0] = 1, more[50 * PAGE] = 0;
  for (int round = 0; round < 3; round++) {
    child = CHILD({
      int bad = large[0] != 0 || large[10 * PAGE] != 11 + round || large[much - PAGE] != 1 + (int)(much / PAGE - 1) % 50;
      bad |= (heap[2 * PAGE] != 3 + round) << 1 | (more[0] != 0) << 2;
      memset(large + 100 * PAGE, 99, 100 * PAGE), memset(heap, 98, much), memset(more, 97, much);
      char *moved = mremap(large + 1000 * PAGE, 500 * PAGE, 1000 * PAGE, MREMAP_MAYMOVE);
      bad |= (moved[0] != 1 || moved[500 * PAGE] != 0) << 3;
      madvise(large, 1000 * PAGE, MADV_DONTNEED);
      bad | (large[100 * PAGE] != 0) << 4;
    });
    printf("much %d\n", WEXITSTATUS(wait_for(child)));
    CHECK(large[100 * PAGE] == 1 && heap[0] == 1 && more[5 * PAGE] == 0);
    large[10 * PAGE]++, heap[2 * PAGE]++;
  }

  // A mapping of a file that is shorter: beyond its end there is nothing to be copied.
  char *beyond = map(both, MAP_PRIVATE, file);
  beyond[0] = 5;
  ftruncate(file, PAGE);
  printf("shorter %d\n", WEXITSTATUS(wait_for(CHILD(beyond[0]))));
}
