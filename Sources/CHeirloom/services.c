/* The module services that take a variable number of arguments: Swift cannot define those. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "services.h"

static void (*log_line)(int, const char *);
static long (*call_kernel)(long, const long *);

void heirloom_set_services(void (*log)(int, const char *), long (*call_default)(long, const long *)) {
  log_line = log;
  call_kernel = call_default;
}

int printk(const char *format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int level = 5;
  if (format[0] == '\001' && format[1] >= '0' && format[1] <= '7') {
    level = format[1] - '0';
    format += 2;
  }
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  size_t end = length < 0 ? 0 : (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
  while (end > 0 && line[end - 1] == '\n') end--;
  line[end] = 0;
  if (log_line) log_line(level, line);
  return length;
}

long syscall_default(long number, ...) {
  long words[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++) words[i] = va_arg(arguments, long);
  va_end(arguments);
  return call_kernel ? call_kernel(number, words) : -38;
}

long heirloom_syscall_default(long number, const long *arguments) {
  return call_kernel ? call_kernel(number, arguments) : -38;
}

void heirloom_log(int level, const char *line) {
  if (log_line) log_line(level, line);
}

const char *heirloom_symbol(unsigned long address, unsigned long *distance) {
  Dl_info info;
  *distance = address;
  if (!dladdr((void *)address, &info) || !info.dli_fbase) return 0;
  *distance = address - (unsigned long)(info.dli_sname ? info.dli_saddr : info.dli_fbase);
  const char *file = info.dli_fname ? strrchr(info.dli_fname, '/') : 0;
  return info.dli_sname ? info.dli_sname : file ? file + 1 : info.dli_fname;
}
