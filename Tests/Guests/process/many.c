// Many children at once and one after the other: nothing runs out.
#include "test.h"

int main(void) {
  pid_t children[40];
  for (int i = 0; i < 40; i++) children[i] = CHILD({ sleep_ms(i % 3); i; });
  int sum = 0;
  for (int i = 39; i >= 0; i--) sum += WEXITSTATUS(wait_for(children[i]));
  printf("at once %d\n", sum);
  sum = 0;
  for (int i = 0; i < 300; i++) sum += WEXITSTATUS(wait_for(CHILD(i & 1)));
  printf("in turn %d\n", sum);
  SHOW(wait(NULL));
}
