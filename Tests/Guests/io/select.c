// select(2) and pselect6(2) write the words that their count reaches and no more, and read none beyond a page's end.
#include "../test.h"
#include <arpa/inet.h>
#include <sys/socket.h>

static int low, high; // descriptors that can be written

// Sets of `words` words that end where memory ends; the word in front of each must stay.
static void look(int words, int wait_kind) {
  char *memory = mmap(NULL, 3 * 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned *sets[3];
  for (int i = 0; i < 3; i++) {
    munmap(memory + 8192 * i + 4096, 4096);
    sets[i] = (unsigned *)(memory + 8192 * i + 4096) - words;
    sets[i][-1] = 0xdecaf;
  }
  for (int i = 0; i < 3; i++)
    for (int fd = 0; fd < 32 * words; fd++)
      if (fd == low || fd == high) sets[i][fd / 32] |= 1u << fd % 32;
  struct timespec none = {0, 0}, some = {5, 0};
  long times[2] = {0, 0};
  long ready;
  if (wait_kind == 0) ready = syscall(SYS__newselect, 32 * words, sets[0], sets[1], sets[2], times);
  else ready = syscall(SYS_pselect6, 32 * words, sets[0], sets[1], sets[2], wait_kind == 1 ? &none : &some, NULL);
  printf("%d words, kind %d: %ld ready:", words, wait_kind, ready);
  for (int i = 0; i < 3; i++) {
    for (int word = 0; word < words; word++) printf(" %x", sets[i][word]);
    printf(sets[i][-1] == 0xdecaf ? ";" : " (the word in front: %x);", sets[i][-1]);
  }
  printf(" time %ld %ld\n", times[0], times[1]);
}

// What all three sets say of one descriptor, without waiting and with.
static void states(const char *name, int fd) {
  if (dup2(fd, 127) < 0) return perror(name);
  for (int wait = 0; wait < 2; wait++) {
    unsigned sets[3][4] = {{0}};
    for (int i = 0; i < 3; i++) sets[i][3] = 1u << 31;
    struct timespec time = {0, wait * 20000000};
    long ready = syscall(SYS_pselect6, 128, sets[0], sets[1], sets[2], &time, NULL);
    printf("%s: %ld, %s%s%s\n", name, ready, sets[0][3] ? "in " : "", sets[1][3] ? "out " : "", sets[2][3] ? "exceptional" : "");
  }
  close(127);
}

static void kinds(void) {
  int full[2], half[2], other[2];
  pipe(full), pipe(half), pipe(other);
  states("empty pipe", full[0]);
  states("its other end", full[1]);
  write(full[1], "x", 1);
  states("pipe with a byte", full[0]);
  close(half[1]), close(other[0]);
  states("pipe without writers", half[0]);
  states("pipe without readers", other[1]);
  states("file", open("/proc/self/exe", O_RDONLY));
  states("path", open("/", O_PATH));

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  bind(server, (void *)&address, size), listen(server, 1);
  getsockname(server, (void *)&address, &size);
  states("socket that listens", server);
  states("socket without a peer", client);
  connect(client, (void *)&address, size);
  states("server with a client", server);
  int peer = accept(server, NULL, NULL);
  states("connection", client);
  send(peer, "!", 1, MSG_OOB), sleep_ms(50);
  states("connection with urgent data", client);
  close(peer), sleep_ms(50);
  states("connection that was closed", client);
}

int main(void) {
  kinds();
  int ends[2];
  if (pipe(ends) != 0) return 1;
  dup2(ends[1], low = 20);
  dup2(ends[1], high = 70);
  for (int kind = 0; kind < 3; kind++)
    for (int words = 1; words <= 4; words++) look(words, kind);

  // Whose count ends in a word's middle, or is beyond all descriptors.
  unsigned set[64], zero[2] = {0, 0};
  for (int count = 19; count <= 22; count++) {
    memset(set, 0xff, sizeof set);
    set[0] = 1 << 20;
    printf("count %d: %ld %x %x\n", count, syscall(SYS__newselect, count, NULL, set, NULL, zero), set[0], set[1]);
  }
  memset(set, 0, sizeof set);
  set[0] = 1 << 20;
  printf("count 256: %ld %x\n", syscall(SYS__newselect, 256, NULL, set, NULL, zero), set[0]);

  SHOW(syscall(SYS__newselect, -1, NULL, set, NULL, zero));
  SHOW(syscall(SYS__newselect, 20, NULL, (void *)16, NULL, zero));
  SHOW(syscall(SYS__newselect, 64, NULL, (void *)16, NULL, zero));
  set[0] = 1 << 30;
  SHOW(syscall(SYS__newselect, 31, NULL, set, NULL, zero)); // not open
  printf("kept: %x\n", set[0]);
  set[0] = 0;
  SHOW(syscall(SYS__newselect, 64, NULL, set, NULL, zero));
  SHOW(syscall(SYS__newselect, 0, NULL, NULL, NULL, zero));
}
