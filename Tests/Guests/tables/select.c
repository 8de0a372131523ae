//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so
// set_syscall_table: selecting, switching, stopping, and every error; a failed call changes nothing.
#include "test.h"
#include <heirloom/guest.h>

static const char *serving(void) {
  int first = getpid() != syscall(SYS_gettid), second = getuid() != geteuid();
  return first && second ? "both?" : first ? "vector_1" : second ? "vector_2" : "none";
}
#define TRY(...) (SHOW(set_syscall_table(__VA_ARGS__)), printf("  now %s\n", serving()))

int main(void) {
  printf("  now %s\n", serving());
  TRY("vector_1", 0);
  TRY("vector_1", 1);
  TRY("vector_1", 1);
  TRY("vector_2", 1);
  TRY("nowhere", 1);
  TRY("", 1);
  TRY("vector_", 1);
  TRY("vector_11", 1);
  TRY((char *)8, 1);
  TRY(NULL, 1);
  TRY("vector_1", 8);
  TRY("vector_1", 4);
  TRY("vector_1", -1);
  char name[80];
  memset(name, 'n', sizeof name);
  name[63] = 0;
  TRY(name, 1);
  name[63] = 'n', name[64] = 0;
  TRY(name, 1);
  name[64] = 'n', name[79] = 0;
  TRY(name, 1);
  char *edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(edge + 4096, 4096);
  strcpy(edge + 4096 - 9, "vector_1");
  TRY(edge + 4096 - 9, 1);
  memcpy(edge + 4096 - 8, "vector_2", 8);
  TRY(edge + 4096 - 8, 1);
  TRY("vector_1", 0);
  TRY("vector_1", 0);
  for (int i = 0; i < 1000; i++) set_syscall_table(i & 1 ? "vector_1" : "vector_2", i % 3 != 0);
  TRY("vector_2", 1);
}
