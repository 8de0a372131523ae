// two-tables TABLE TABLE: two children, each under a table of its own, at the same time; their parent under none.
#include "show.h"

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: two-tables TABLE TABLE\n"), 64;
  int ready[2], turn[2][2];
  if (pipe(ready) != 0 || pipe(turn[0]) != 0 || pipe(turn[1]) != 0) return perror("pipe"), 1;
  pid_t children[2];
  char byte = 0;
  for (int i = 0; i < 2; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      use_table(argv[1 + i]);
      if (write(ready[1], &byte, 1) != 1 || read(turn[i][0], &byte, 1) != 1) _exit(1);
      show(argv[1 + i]);
      _exit(0);
    }
  }
  // Only when both have selected their table does either go on.
  if (read(ready[0], &byte, 1) != 1 || read(ready[0], &byte, 1) != 1) return 1;
  show("parent");
  for (int i = 0; i < 2; i++) {
    if (write(turn[i][1], &byte, 1) != 1) return 1;
    wait_for(children[i]);
  }
}
