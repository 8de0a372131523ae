/* Shows getuid2: getuid(2) beside geteuid(2), which for a program without set-id bits are the same. */
#include <stdio.h>
#include <unistd.h>

int main(void) { printf("getuid - geteuid = %d\n", (int)(getuid() - geteuid())); }
