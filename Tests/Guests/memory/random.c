// Random mappings, writes, moves, forks and code, and what is in memory afterwards: of one thread, or of some that each have
// memory of their own. `random FIRST LAST` tries other seeds.
//: cc -pthread
#include "test.h"
#include <pthread.h>
#include <stdarg.h>

enum { PAGE = 4096, SLOTS = 20, SLOT = 32 << 20, STEPS = 120, CHILDREN = 3, THREADS = 3 };

// All that follows is a thread's own.
static __thread unsigned char *arena;
static __thread int slots;

static __thread struct segment {
  unsigned char *start;
  size_t pages, behind; // that may be accessed: shared memory does not grow with its mapping
  int shared, file, protection;
  off_t offset;
} segments[SLOTS];

static __thread struct { pid_t pid; int go, ready, stays; } children[CHILDREN];
// Private mappings show a file that nobody writes to: whether they would see that is not specified.
static __thread int files[2];
static __thread uint64_t state;
static __thread int is_wrong;
static __thread char log_text[32768];
static __thread size_t log_length;

__attribute__((format(printf, 1, 2))) static void report(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  log_length += vsnprintf(log_text + log_length, sizeof log_text - log_length, format, arguments);
  va_end(arguments);
}

static unsigned below(unsigned limit) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % limit;
}

static size_t some_pages(void) { return below(4) ? 1 + below(24) : (8 << 20) / PAGE + below(2000); }
static size_t accessible(const struct segment *s) { return s->pages < s->behind ? s->pages : s->behind; }

static int any(int free) {
  for (int tries = 0; tries < 100; tries++) {
    int slot = below(slots);
    if ((segments[slot].start == NULL) == free) return slot;
  }
  return -1;
}

static unsigned hash(void) {
  unsigned sum = 0;
  for (int i = 0; i < SLOTS; i++) {
    struct segment *s = &segments[i];
    if (!s->start || s->protection == PROT_NONE) continue;
    for (size_t page = 0; page < accessible(s); page++) {
      uint32_t words[2];
      memcpy(words, s->start + page * PAGE, 8);
      sum = sum * 31 + words[0], sum = sum * 31 + words[1];
    }
  }
  return sum;
}

static void write_code(unsigned char *at, int value) {
  at[0] = 0xb8, memcpy(at + 1, &value, 4), at[5] = 0xc3; // mov eax, value; ret
}

// Code that is there does what its bytes say.
static void run(const struct segment *s) {
  if (!(s->protection & PROT_EXEC)) return;
  for (size_t page = 0; page < accessible(s); page++) {
    unsigned char *at = s->start + page * PAGE;
    int value;
    memcpy(&value, at + 1, 4);
    if (at[0] == 0xb8 && at[5] == 0xc3 && ((int (*)(void))at)() != value) is_wrong = 1, report("stale code, page %zu\n", page);
  }
}

static void map(void) {
  int slot = any(1);
  if (slot < 0) return;
  struct segment s = {arena + slot * SLOT, some_pages(), 0, below(3) == 0, below(3) == 0, below(2) ? 7 : 3, 0};
  s.offset = s.file ? below(8) * PAGE : 0;
  s.behind = s.shared && !s.file ? s.pages : SLOT;
  int flags = (s.shared ? MAP_SHARED : MAP_PRIVATE) | MAP_FIXED | (s.file ? 0 : MAP_ANONYMOUS);
  if (mmap(s.start, s.pages * PAGE, s.protection, flags, s.file ? files[s.shared] : -1, s.offset) != s.start) perror("mmap"), exit(1);
  segments[slot] = s;
}

static void fill(struct segment *s) {
  if (!(s->protection & PROT_WRITE)) return;
  for (int count = below(s->pages > 100 && below(4) == 0 ? 3000 : 12); count >= 0; count--) {
    unsigned char *at = s->start + below(accessible(s)) * PAGE;
    if (below(2)) write_code(at, below(1 << 30));
    else *(uint32_t *)at = below(1 << 30);
  }
}

static void unmap(struct segment *s) {
  size_t kept = below(3) ? below(s->pages) : 0;
  munmap(s->start + kept * PAGE, (s->pages - kept) * PAGE);
  s->pages = kept;
  if (!kept) s->start = NULL;
}

static void remap(int slot) {
  struct segment *s = &segments[slot];
  int to = below(3) ? any(1) : slot;
  if (to < 0) return;
  size_t pages = below(3) ? some_pages() : s->pages;
  void *wanted = arena + to * SLOT;
  void *got = to == slot ? mremap(s->start, s->pages * PAGE, pages * PAGE, 0)
                         : mremap(s->start, s->pages * PAGE, pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, wanted);
  if (got != wanted) report("mremap of %zu pages to %zu: %s\n", s->pages, pages, strerrorname_np(errno));
  if (got != wanted) return;
  struct segment moved = *s;
  s->start = NULL;
  moved.start = wanted, moved.pages = pages;
  segments[to] = moved;
}

static void protect(struct segment *s) {
  static const int protections[] = {PROT_NONE, 1, 3, 3, 5, 7, 7};
  size_t from = below(s->pages), count = 1 + below(s->pages - from);
  mprotect(s->start + from * PAGE, count * PAGE, PROT_READ), mprotect(s->start + from * PAGE, count * PAGE, s->protection);
  if (below(2)) s->protection = protections[below(7)], mprotect(s->start, s->pages * PAGE, s->protection);
}

static void discard(const struct segment *s) {
  size_t from = below(s->pages), count = 1 + below(s->pages - from);
  madvise(s->start + from * PAGE, count * PAGE, MADV_DONTNEED);
}

static void step(int depth);

static void show_wrong(int status) { if (status) is_wrong = 1, report("a child ended with %x\n", status); }

static void hear(int index, const char *what) {
  unsigned sum = 0;
  read(children[index].ready, &sum, sizeof sum);
  report("%s %08x\n", what, sum);
}

static void release(int index) {
  if (!children[index].pid) return;
  if (children[index].stays) write(children[index].go, "", 1), hear(index, "later");
  close(children[index].go), close(children[index].ready);
  show_wrong(wait_for(children[index].pid));
  children[index].pid = 0;
}

static void tell(int to, unsigned sum) { write(to, &sum, sizeof sum); }

// A child does steps of its own, and may then see whether what is its own has stayed while its parent went on.
static void fork_child(int depth) {
  int index = below(CHILDREN), go[2], ready[2];
  if (children[index].pid) return release(index);
  int steps = below(6), seed = below(1 << 30), stays = below(2);
  char byte;
  pipe(go), pipe(ready);
  children[index].pid = CHILD({
    memset(children, 0, sizeof children);
    state = seed;
    for (int i = 0; i < steps; i++) step(depth + 1);
    for (int i = 0; i < CHILDREN; i++) release(i);
    tell(ready[1], hash());
    if (stays) read(go[0], &byte, 1), tell(ready[1], hash());
    is_wrong;
  });
  children[index].go = go[1], children[index].ready = ready[0], children[index].stays = stays;
  close(go[0]), close(ready[1]);
  hear(index, "child");
  if (!stays) release(index);
}

static void step(int depth) {
  int slot = any(0);
  unsigned what = below(16);
  if (what < 3 || slot < 0) return map();
  struct segment *s = &segments[slot];
  switch (what) {
  case 3: return unmap(s);
  case 4: case 5: return remap(slot);
  case 6: return protect(s);
  case 7: return discard(s);
  case 8: case 9: if (depth < 2) fork_child(depth); return;
  case 10: case 11: return run(s);
  default: return fill(s);
  }
}

struct work { int seed, thread, count; char *log; };

static void *work(void *to) {
  struct work *work = to;
  slots = SLOTS / work->count;
  arena = (unsigned char *)0x20000000 + work->thread * slots * SLOT;
  for (int i = 0; i < 2 * 200; i++) {
    int *file = &files[i % 2];
    if (i < 2) *file = memfd_create("file", 0), ftruncate(*file, 2 * SLOT);
    pwrite(*file, &i, 4, i / 2 * PAGE);
  }
  state = (work->seed * THREADS + work->thread) * 0x9e3779b97f4a7c15u;
  for (int i = 1; i <= STEPS; i++) {
    step(0);
    if (i % 6 == 0) report("%d: %08x\n", i, hash());
  }
  for (int i = 0; i < CHILDREN; i++) release(i);
  work->log = strdup(log_text);
  return NULL;
}

// Every third seed has threads.
static int try(int seed) {
  int count = seed % 3 ? 1 : THREADS;
  struct work works[THREADS];
  pthread_t threads[THREADS];
  for (int i = 0; i < count; i++) works[i] = (struct work){seed, i, count, NULL};
  for (int i = 1; i < count; i++) pthread_create(&threads[i], NULL, work, &works[i]);
  work(&works[0]);
  for (int i = 1; i < count; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < count; i++) printf("thread %d\n%s", i, works[i].log);
  return 0;
}

int main(int count, char **words) {
  int first = count > 1 ? atoi(words[1]) : 1, last = count > 2 ? atoi(words[2]) : count > 1 ? first : 12;
  for (int seed = first; seed <= last; seed++) {
    int ended = wait_for(CHILD(try(seed)));
    printf("seed %d, ", seed), show_status("it", ended);
  }
}
