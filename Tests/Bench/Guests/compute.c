// compute [ROW...]: compute loops; each prints its name, a result to compare, and the seconds of CPU time that it took.
// compute names: what there is.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Built several times, as LAYOUT 0, 1, 2: where code stands, natively and translated, moves by some bytes. */
__asm__(".text; .skip 16 * " LAYOUT);
__attribute__((constructor)) static void shift(void) { __asm__ volatile(".rept 7 * " LAYOUT "; nop; .endr"); }

unsigned core(void);

/* Stays a real call to this very function. */
#define REAL __attribute__((noinline, noclone, optimize("no-ipa-cp,no-ipa-sra,no-partial-inlining,no-inline,no-optimize-sibling-calls")))

static unsigned seed = 12345;
static unsigned next(void) { return seed = seed * 1103515245 + 12345; }

// Calls, as the compiler likes them and as real ones.
static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static unsigned inlined(void) { return fib(41); }
REAL unsigned realfib(unsigned n) { return n < 2 ? n : realfib(n - 1) + realfib(n - 2); }
static unsigned calls(void) { return realfib(38); }

REAL int f0(int a) { return a + 1; }
REAL int f1(int a) { return a ^ 3; }
REAL int f2(int a) { return a * 5; }
REAL int f3(int a) { return a - 7; }
static int (*volatile functions[4])(int) = {f0, f1, f2, f3};
static unsigned indirect(void) {
  int a = 0;
  for (int i = 0; i < 40000000; i++) a = functions[i & 3](a);
  return a;
}

static unsigned ack(unsigned m, unsigned n) { return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }
static unsigned ackermann(void) {
  unsigned sum = 0;
  for (int i = 0; i < 10; i++) sum += ack(3, 10);
  return sum;
}

REAL int descend(int n) {
  volatile int x = n;
  return n ? descend(n - 1) + x : 0;
}
static unsigned deep(void) {
  int a = 0;
  for (int i = 0; i < 8000; i++) a += descend(10000);
  return a;
}

static jmp_buf back;
REAL void leap(int n) {
  if (n == 0) longjmp(back, 1);
  leap(n - 1);
}
static unsigned longjumps(void) {
  volatile int count = 0;
  for (volatile int i = 0; i < 10000000; i++)
    if (!setjmp(back)) leap(5);
    else count++;
  return count;
}

// A switch as interpreters have it.
REAL int interpret(const unsigned char *code, int n) {
  int a = 1, b = 2;
  for (int k = 0, i = 0; k < n; k++) {
    switch (code[i++ & 255]) {
    case 0: a += b; break;
    case 1: b ^= a; break;
    case 2: a *= 3; break;
    case 3: b += 7; break;
    case 4: a -= b; break;
    case 5: b = b * 5 + 1; break;
    case 6: a ^= 0x55; break;
    case 7: b -= a; break;
    }
  }
  return a ^ b;
}
static unsigned switches(void) {
  unsigned char code[256];
  for (int i = 0; i < 256; i++) code[i] = next() >> 16 & 7;
  return interpret(code, 80000000);
}

// The C library.
static int by_value(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return x < y ? -1 : x > y;
}
static unsigned sorting(void) {
  enum { n = 1500000 };
  static int values[n];
  for (int i = 0; i < n; i++) values[i] = next();
  qsort(values, n, sizeof *values, by_value);
  return values[n / 2];
}

struct node { struct node *next; int value; };
static unsigned allocation(void) {
  unsigned sum = 0;
  for (int k = 0; k < 75; k++) {
    struct node *list = NULL;
    for (int i = 0; i < 200000; i++) {
      struct node *node = malloc(sizeof *node);
      *node = (struct node){list, i};
      list = node;
    }
    while (list) {
      struct node *rest = list->next;
      sum += list->value;
      free(list);
      list = rest;
    }
  }
  return sum;
}

static unsigned strings(void) {
  enum { size = 1 << 20 };
  static char from[size], to[size];
  memset(from, 'a', size - 1);
  unsigned length = 0;
  for (int i = 0; i < 1500; i++) {
    memcpy(to, from, size);
    length += strlen(to);
  }
  return length;
}

static unsigned formatting(void) {
  char text[64];
  unsigned length = 0;
  for (int i = 0; i < 2500000; i++) length += sprintf(text, "%d %s %x", i, "abc", i * 7);
  return length;
}

// Numbers.
static unsigned matrices(void) {
  static double a[200][200], b[200][200], c[200][200];
  for (int i = 0; i < 200; i++)
    for (int j = 0; j < 200; j++) a[i][j] = i + j, b[i][j] = i - j;
  for (int r = 0; r < 30; r++)
    for (int i = 0; i < 200; i++)
      for (int j = 0; j < 200; j++) {
        double sum = 0;
        for (int k = 0; k < 200; k++) sum += a[i][k] * b[k][j];
        c[i][j] = sum;
      }
  return (unsigned)(int)c[10][20];
}

static unsigned division(void) {
  unsigned long long u = 1;
  for (int i = 1; i < 15000000; i++) u = u * 6364136223846793005ull + i, u /= (u >> 60) + 3;
  return u ^ u >> 32;
}

static unsigned sieve(void) {
  enum { n = 8000000 };
  static char composite[n + 1];
  int count = 0;
  for (int r = 0; r < 5; r++) {
    memset(composite, 0, sizeof composite);
    for (int i = 2; i < n; i++)
      if (!composite[i]) {
        count++;
        for (long long j = 2ll * i; j < n; j += i) composite[j] = 1;
      }
  }
  return count;
}

static unsigned hashing(void) {
  unsigned h = 0;
  for (unsigned i = 0; i < 200000000; i++) h = h * 31 + i, h ^= h >> 7;
  return h;
}

static unsigned harmonic(void) {
  double sum = 0;
  for (int i = 1; i < 80000000; i++) sum += 1.0 / i;
  return (unsigned)(sum * 1e6);
}

static const struct {
  const char *name;
  unsigned (*run)(void);
} rows[] = {
    {"fib, inlined", inlined}, {"fib, real calls", calls}, {"indirect calls", indirect}, {"switch", switches},
    {"ackermann", ackermann}, {"deep recursion", deep}, {"longjmp", longjumps}, {"qsort", sorting},
    {"malloc", allocation}, {"memcpy, strlen", strings}, {"sprintf", formatting}, {"matrices, x87", matrices},
    {"1/i, x87", harmonic}, {"64-bit division", division}, {"sieve", sieve}, {"hash", hashing},
    {"lists, matrices, states, CRC", core},
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (argc == 2 && !strcmp(argv[1], "names")) {
      puts(rows[i].name);
      continue;
    }
    int chosen = argc == 1;
    for (int k = 1; k < argc; k++) chosen |= strstr(rows[i].name, argv[k]) != NULL;
    if (!chosen) continue;
    double start = now();
    unsigned result = rows[i].run();
    printf("%s\t%08x\t%.4f\n", rows[i].name, result, now() - start);
    fflush(stdout);
  }
}
