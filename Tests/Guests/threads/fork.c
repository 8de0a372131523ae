//: cc -pthread
//: also dynamic
// A child is a copy of one moment of its parent, though other threads run: two words that a thread keeps in step are in step
// in the child, and the C library finds its lists of threads whole.
#include "test.h"
#include <pthread.h>

enum { THREADS = 3, FORKS = 60, WORDS = 64 };

static struct { volatile unsigned word[WORDS][1024]; } *pages;
static volatile int over;

// Counts every page's word up, one after the other: none is ever more than one ahead of the next.
static void *count(void *unused) {
  while (!over)
    for (int i = 0; i < WORDS; i++) pages->word[i][0]++;
  return unused;
}

// Threads come and go all the time.
static void *nothing(void *unused) { return unused; }
static void *spawn(void *unused) {
  while (!over) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) == 0) pthread_join(thread, NULL);
    void *volatile piece = malloc(20000);
    free(piece);
  }
  return unused;
}

// Reads what comes through a pipe, to its end, or the sender might wait for room for ever: the host writes into memory that
// forks are about to share.
static int fds[2];
static char bytes[64][4096];
static volatile int lost;
static void *receive(void *unused) {
  for (int i = 0;; i = (i + 1) % 64) {
    if (read(fds[0], bytes[i], 1) != 1) break;
    if (bytes[i][0] != 'x') lost++;
    bytes[i][0] = 0;
  }
  return unused;
}
static void *send(void *unused) {
  while (!over) write(fds[1], "x", 1);
  close(fds[1]);
  return unused;
}

static int in_step(void) {
  for (int i = 0; i + 1 < WORDS; i++)
    if (pages->word[i][0] - pages->word[i + 1][0] > 1) return 0;
  return pages->word[0][0] - pages->word[WORDS - 1][0] <= 1;
}

int main(void) {
  pages = mmap(NULL, sizeof *pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pipe(fds);
  pthread_t threads[THREADS + 1];
  void *(*bodies[])(void *) = {count, spawn, receive, send};
  for (int i = 0; i < THREADS + 1; i++) pthread_create(&threads[i], NULL, bodies[i], NULL);
  int torn = 0, failed = 0;
  for (int i = 0; i < FORKS; i++) {
    pid_t child = fork();
    if (child == 0) {
      if (!in_step()) _exit(1);
      // The child's library goes on: it makes a thread of its own.
      pthread_t thread;
      if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL)) _exit(2);
      _exit(0);
    }
    int code = WEXITSTATUS(wait_for(child));
    torn += code == 1, failed += code > 1;
  }
  over = 1;
  for (int i = 0; i < THREADS + 1; i++) pthread_join(threads[i], NULL);
  printf("torn %d, failed %d, lost %d\n", torn, failed, lost);
}
