/* A process forks again and again: each child has the parent's memory as it is then, whatever the earlier children did to theirs
 * and the parent to its own in between. */
#include "../test.h"

enum { PAGE = 4096, PAGES = 4 };

static int counter = 1;
static char zeroed[PAGES * PAGE];
static char *never, *filled, *file, *constant, *code;
static char path[] = "/tmp/forkagain-XXXXXX";

static unsigned sum(const char *memory) {
  unsigned sum = 0;
  for (int i = 0; i < PAGES * PAGE; i++) sum = sum * 31 + (unsigned char)memory[i];
  return sum;
}

/* What a child finds, and writes over. */
static int look(int number) {
  char local[PAGE];
  memset(local, number, sizeof local);
  printf("child %d: counter %d, zeroed %x, never %x, filled %x, file %x, constant %x\n", number, counter, sum(zeroed), sum(never),
         sum(filled), sum(file), sum(constant));
  counter += 100;
  memset(zeroed, 0x11, sizeof zeroed);
  memset(never, 0x22, PAGES * PAGE);
  memset(filled, 0x33, PAGES * PAGE);
  memset(file, 0x44, PAGES * PAGE);
  return number;
}

static void again(int number) {
  char text[16];
  snprintf(text, sizeof text, "child %d", number);
  show_status(text, wait_for(CHILD(look(number))));
}

static char *mapped(int protection, int descriptor) {
  return mmap(NULL, PAGES * PAGE, protection, MAP_PRIVATE | (descriptor < 0 ? MAP_ANONYMOUS : 0), descriptor, 0);
}

static void fault(int number) {
  printf("caught %s\n", sigabbrev_np(number)), fflush(stdout);
  _exit(number);
}

/* Whether a child may write there: 0, or the signal that it got. */
static int write_in_child(char *memory) {
  pid_t child = CHILD({
    signal(SIGSEGV, fault);
    *(volatile char *)memory = 9;
    0;
  });
  int status = wait_for(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A child that waits for the pipe's end. */
static pid_t waiting(int ends[2]) {
  return CHILD({ char c; close(ends[1]); (void)!read(ends[0], &c, 1); 0; });
}

static void read_only_pages(void) {
  enum { SIZE = 32 * PAGE };
  /* Below all that may be written. */
  char *memory = mmap((void *)0x100000, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  int ends[2], more[2];
  memset(memory, 1, SIZE);
  mprotect(memory, SIZE, PROT_READ);
  SHOW(pipe(ends));
  pid_t first = waiting(ends);
  for (int i = 2; i < 4; i++) {
    mprotect(memory, SIZE, PROT_READ | PROT_WRITE);
    memory[7 * PAGE] = i;
    mprotect(memory, SIZE, PROT_READ);
    printf("in the child: %d\n", WEXITSTATUS(wait_for(CHILD(memory[7 * PAGE]))));
    SHOW(write_in_child(memory + 7 * PAGE));
  }
  close(ends[1]), close(ends[0]);
  wait_for(first);
  mprotect(memory, SIZE, PROT_READ | PROT_WRITE);
  memory[7 * PAGE] = 4;
  mprotect(memory, SIZE, PROT_READ);
  /* Each gets what another child has left. */
  SHOW(pipe(more));
  pid_t second = CHILD({ char c; close(more[1]); int page = memory[7 * PAGE]; (void)!read(more[0], &c, 1); page; });
  pid_t third = CHILD({ char c; close(more[1]); int page = memory[7 * PAGE]; (void)!read(more[0], &c, 1); page; });
  pid_t fourth = CHILD({ char c; close(more[1]); int page = memory[7 * PAGE]; (void)!read(more[0], &c, 1); page; });
  close(more[1]), close(more[0]);
  show_status("second", wait_for(second));
  show_status("third", wait_for(third));
  show_status("fourth", wait_for(fourth));
  munmap(memory, SIZE);
}

int main(void) {
  int descriptor = mkstemp(path);
  for (int i = 0; i < PAGES * PAGE; i++) (void)!write(descriptor, "file" + i % 4, 1);
  never = mapped(PROT_READ | PROT_WRITE, -1);
  filled = mapped(PROT_READ | PROT_WRITE, -1);
  file = mapped(PROT_READ | PROT_WRITE, descriptor);
  constant = mapped(PROT_READ | PROT_WRITE, -1);
  memset(filled, 1, PAGES * PAGE);
  memset(constant, 2, PAGES * PAGE);
  mprotect(constant, PAGES * PAGE, PROT_READ);

  for (int i = 1; i <= 4; i++) again(i);

  /* The parent's writes reach the next child, and no earlier child's. */
  for (int i = 5; i <= 8; i++) {
    counter++;
    filled[i] = i;
    zeroed[i * 1000] = i;
    file[PAGE + i] = i;
    again(i);
  }

  /* Other mappings in the places of the old ones. */
  munmap(filled, PAGES * PAGE);
  CHECK(mmap(filled, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == filled);
  again(10);
  CHECK(mmap(never, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, descriptor, 0) == never);
  again(11);
  again(12);

  /* Protections are the parent's of the moment. */
  SHOW(write_in_child(constant));
  SHOW(write_in_child(filled));
  mprotect(filled, PAGES * PAGE, PROT_READ);
  SHOW(write_in_child(filled));
  SHOW(write_in_child(filled));
  mprotect(filled, PAGES * PAGE, PROT_READ | PROT_WRITE);
  SHOW(write_in_child(filled));

  /* A child that changes its own mappings. */
  for (int i = 0; i < 5; i++) {
    show_status("a child without", wait_for(CHILD({
                  munmap(filled, PAGE);
                  mprotect(never, PAGE, PROT_NONE);
                  mprotect(constant, PAGES * PAGE, PROT_READ | PROT_WRITE);
                  memset(constant, 7, PAGES * PAGE);
                  mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
                })));
    again(13 + i);
  }
  munmap(filled, PAGES * PAGE);
  SHOW(write_in_child(filled));
  SHOW(write_in_child(filled));
  filled = mapped(PROT_READ | PROT_WRITE, -1);

  /* A child that writes code and runs it, which its next sibling writes otherwise. */
  code = mapped(PROT_READ | PROT_WRITE | PROT_EXEC, -1);
  memcpy(code, (char[]){(char)0xb8, 1, 0, 0, 0, (char)0xc3}, 6); /* mov $1, %eax; ret */
  for (int i = 20; i < 24; i++) {
    int status = wait_for(CHILD({
      int first = ((int (*)(void))code)();
      code[1] = i;
      first * 100 + ((int (*)(void))code)();
    }));
    show_status("code", status);
  }

  /* One that only runs it, and one for which the kernel writes it. */
  for (int i = 0; i < 2; i++) {
    code[1] = 25 + i;
    show_status("code that is run", wait_for(CHILD(((int (*)(void))code)())));
    lseek(descriptor, 0, SEEK_SET);
    show_status("code that is read", wait_for(CHILD({
                  CHECK(read(descriptor, code + 1, 1) == 1);
                  ((int (*)(void))code)() == 'f';
                })));
  }

  /* A process that has run code, forks, and writes it. */
  show_status("code before and behind a fork", wait_for(CHILD({
                char *own = mapped(PROT_READ | PROT_WRITE | PROT_EXEC, -1);
                memcpy(own, code, PAGE);
                int before = ((int (*)(void))own)();
                wait_for(CHILD(0));
                own[1] = 90;
                before + ((int (*)(void))own)();
              })));

  /* Memory that may only be read, in a process that forks. */
  show_status("a constant's owner", wait_for(CHILD({
                char *own = mapped(PROT_READ | PROT_WRITE, -1);
                memset(own, 3, PAGES * PAGE);
                mprotect(own, PAGES * PAGE, PROT_READ);
                wait_for(CHILD(0));
                signal(SIGSEGV, fault);
                *own = 4;
                0;
              })));

  /* A page that has changed since another child, which is still there, in memory that may only be read. */
  read_only_pages();

  /* Children of one time, and a child with children. */
  int ends[2];
  SHOW(pipe(ends));
  pid_t first = CHILD({ char c; close(ends[1]); (void)!read(ends[0], &c, 1); look(30); });
  again(31);
  filled[5] = 5;
  again(32);
  close(ends[1]), close(ends[0]);
  show_status("child 30", wait_for(first));
  show_status("a child with children", wait_for(CHILD({
                for (int i = 40; i < 44; i++) counter += i, again(i);
                look(44);
              })));
  again(45);

  /* Shared memory between. */
  int *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 3; i++) wait_for(CHILD({ ++*shared; counter++; 0; }));
  SHOW(*shared);
  munmap(shared, PAGE);
  again(46);
  again(47);
  unlink(path);
  return 0;
}
