// inherit TABLE: selects a table; a child, its child, and the program that it executes have it too.
#include "show.h"

int main(int argc, char **argv) {
  if (argc == 3) { // executed by the grandchild
    show(argv[2]);
    return 0;
  }
  if (argc != 2) return fprintf(stderr, "usage: inherit TABLE\n"), 64;
  show("no table");
  use_table(argv[1]);
  show("parent");
  pid_t child = fork();
  if (child == 0) {
    show("child");
    pid_t grandchild = fork();
    if (grandchild == 0) {
      show("grandchild");
      execl(argv[0], argv[0], argv[1], "after exec", NULL);
      _exit(127);
    }
    wait_for(grandchild);
    _exit(0);
  }
  wait_for(child);
}
