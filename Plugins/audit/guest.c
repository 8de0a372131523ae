/* Shows audit: a file is made, renamed and removed, one is missing, and a program starts. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count > 1) return 0;
  const char *old = "/tmp/audit-guest", *new = "/tmp/audit-guest.new";
  close(open(old, O_CREAT | O_WRONLY, 0600));
  rename(old, new);
  unlink(new);
  open("/nonexistent/file", O_RDONLY);
  if (fork() == 0) {
    execl("/nonexistent/program", "program", NULL);
    execl("/proc/self/exe", words[0], "again", NULL);
    return 1;
  }
  wait(NULL);
}
