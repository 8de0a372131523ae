//: also dynamic
// What the kernel puts on a new program's stack.
#include "test.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/utsname.h>

extern char _start[];

int main(int argc, char **argv) {
  printf("page %ld, ticks %ld, phent %ld\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK), getauxval(AT_PHENT));
  CHECK(getauxval(AT_ENTRY) == (unsigned long)_start);
  const Elf32_Phdr *phdr = (void *)getauxval(AT_PHDR);
  CHECK(phdr && getauxval(AT_PHNUM) > 3);
  CHECK(getauxval(AT_RANDOM) != 0);
  CHECK(getauxval(AT_UID) == getuid() && getauxval(AT_EGID) == getegid());
  printf("secure %ld, platform %s\n", getauxval(AT_SECURE), (char *)getauxval(AT_PLATFORM));
  CHECK(!strcmp((char *)getauxval(AT_EXECFN), argv[0]));
  CHECK(((unsigned)__builtin_frame_address(0) & ~0xffffffu) != 0);
  // argv, envp and auxv stand one after the other.
  char **p = argv;
  CHECK((int)p[-1] == argc);
  CHECK(&argv[argc + 1] == environ);
  char exe[500] = "";
  CHECK(readlink("/proc/self/exe", exe, sizeof exe) > 0 && !strcmp(exe, argv[0]));
  struct utsname name;
  SHOW(uname(&name));
  printf("%s, release has a dot: %d, machine %s\n", name.sysname, strchr(name.release, '.') != 0,
         !strcmp(name.machine, "x86_64") ? "i686" : name.machine);
}
