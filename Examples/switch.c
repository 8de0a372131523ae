// switch TABLE...: selects one table after the other, then none.
#include "show.h"

int main(int argc, char **argv) {
  show("no table");
  for (int i = 1; i < argc; i++) {
    use_table(argv[i]);
    show(argv[i]);
  }
  stop_table();
  show("none again");
}
