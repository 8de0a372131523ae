// mmap2 and munmap: anonymous and file mappings, fixed addresses, holes, errors.
#include "test.h"
#include <setjmp.h>

#define PAGE 4096

static sigjmp_buf fault;
static void on_fault(int sig) { siglongjmp(fault, sig); }

// The signal that reading a byte raises; 0: none.
static int reading(volatile char *at) {
  int sig = sigsetjmp(fault, 1);
  if (!sig) (void)*at;
  return sig;
}

static void *map(void *at, size_t size, int prot, int flags, int fd, off_t offset) {
  errno = 0;
  return mmap(at, size, prot, flags, fd, offset);
}

#define SHOW_MAP(...) show_map(#__VA_ARGS__, map(__VA_ARGS__))
static void *show_map(const char *text, void *at) {
  printf("mmap(%s): %s\n", text, at == MAP_FAILED ? strerrorname_np(errno) : "ok");
  return at;
}

int main(void) {
  signal(SIGSEGV, on_fault), signal(SIGBUS, on_fault);
  const int private = MAP_PRIVATE | MAP_ANONYMOUS;
  char *p = SHOW_MAP(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, private, -1, 0);
  CHECK(((unsigned)p & (PAGE - 1)) == 0);
  p[0] = p[5 * PAGE - 1] = 1;
  SHOW(munmap(p + PAGE, PAGE));
  printf("before %d, hole %d, after %d\n", reading(p), reading(p + PAGE), reading(p + 2 * PAGE));
  CHECK(SHOW_MAP(p + PAGE, 100, PROT_READ, private | MAP_FIXED, -1, 0) == p + PAGE);
  printf("filled %d\n", reading(p + PAGE));
  SHOW_MAP(p + PAGE, PAGE, PROT_READ, private | MAP_FIXED_NOREPLACE, -1, 0);
  CHECK(map(p + PAGE, PAGE, PROT_READ, private, -1, 0) != p + PAGE); // only a hint
  SHOW(munmap(p, 5 * PAGE));
  SHOW(munmap(p, 5 * PAGE)); // nothing there is no error
  SHOW(munmap(p + 1, PAGE));
  SHOW(munmap(p, 0));
  SHOW_MAP(NULL, 0, PROT_READ, private, -1, 0);
  SHOW_MAP((void *)0x10000001, PAGE, PROT_READ, private | MAP_FIXED, -1, 0);
  SHOW_MAP((void *)0xfffff000, 2 * PAGE, PROT_READ, private | MAP_FIXED, -1, 0);
  SHOW_MAP(NULL, 0xf0000000, PROT_READ, private, -1, 0);
  SHOW_MAP(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0);
  SHOW_MAP(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0);

  // Files.
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  for (int i = 0; i < 3 * PAGE / 4; i++) write(fd, &i, 4);
  write(fd, "tail", 4);
  int *ints = (int *)SHOW_MAP(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);
  printf("%d %d, tail %.4s, rest %d, beyond %d\n", ints[0], ints[1023], (char *)ints + 2 * PAGE, ((char *)ints)[2 * PAGE + 4],
         reading((char *)ints + 3 * PAGE));
  ints[0] = -1;
  int back;
  pread(fd, &back, 4, PAGE);
  printf("private: the file has %d\n", back);
  int *shared = (int *)SHOW_MAP(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shared[1] = 1000;
  pread(fd, &back, 4, 4);
  printf("shared: the file has %d\n", back);
  back = 2000, pwrite(fd, &back, 4, 8);
  printf("shared: memory has %d\n", shared[2]);
  SHOW(msync(shared, PAGE, MS_SYNC));
  close(fd);
  printf("still %d\n", shared[1]);
  fd = open("file", O_RDONLY);
  SHOW_MAP(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SHOW_MAP(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  errno = 0;
  printf("offset in pages: %d\n", (int)syscall(SYS_mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE, fd, 2) == -1 ? -1 : 0);
  int *third = (int *)syscall(SYS_mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE, fd, 2);
  printf("%d\n", third[0]);
  struct { unsigned addr, len, prot, flags, fd, offset; } old = {0, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE};
  third = (int *)syscall(SYS_mmap, &old);
  printf("old mmap %d\n", third[0]);
  old.offset = 5;
  SHOW(syscall(SYS_mmap, &old));
  SHOW(madvise(third, PAGE, MADV_WILLNEED));
  SHOW(madvise((char *)third + 1, PAGE, MADV_WILLNEED));
}
