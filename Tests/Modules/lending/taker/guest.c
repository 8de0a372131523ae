// Prints what the call of the module taker answers.
#include <stdio.h>
#include <unistd.h>
int main(void) {
  for (int by = 1; by < 4; by++) printf("%ld\n", syscall(500, by));
}
