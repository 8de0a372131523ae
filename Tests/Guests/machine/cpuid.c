/* What cpuid says of the processor's maker, name and caches, asked again and again, with whatever stands in ecx where the leaf
 * does not look at it. */
#include "../test.h"
#include <cpuid.h>

static void show_leaf(unsigned leaf, unsigned subleaf) {
  unsigned a, b, c, d;
  for (int i = 0; i < 2; i++) {
    __cpuid_count(leaf, subleaf, a, b, c, d);
    printf("%x.%x: %x %x %x %x\n", leaf, subleaf, a, b, c, d);
  }
}

int main(void) {
  for (unsigned leaf = 0x80000002; leaf <= 0x80000006; leaf++) show_leaf(leaf, leaf * 3);
  show_leaf(2, 0), show_leaf(5, 1), show_leaf(0x80000007, 9), show_leaf(0x80000000, 77), show_leaf(0, 5), show_leaf(0, 0);
  for (unsigned subleaf = 0; subleaf < 12; subleaf++) show_leaf(0x8000001d, subleaf), show_leaf(4, subleaf);

  unsigned a, b, c, d, again;
  __cpuid(1, a, b, c, d);
  __cpuid(1, again, b, c, d);
  CHECK(a == again && d >> 25 & 1 && c & 1);
  printf("family, model and stepping %x\n", a);
  return 0;
}
