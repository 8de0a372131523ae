//: heirloom --quiet --module $BUILD/modules/crash.so --table crash
//: run 900
//: run 901
//: run 902
// A handler that crashes takes its caller with it, and its module's entries; everybody else goes on.
#include "test.h"

int main(int argc, char **argv) {
  int number = argc > 1 ? atoi(argv[1]) : 0;
  SHOW(syscall(901, 7));
  pid_t witness = CHILD({ sleep_ms(50); 9; });
  show_status("caller", wait_for(CHILD(syscall(number, 0))));
  show_status("witness", wait_for(witness));
  SHOW(syscall(901, 7));
}
