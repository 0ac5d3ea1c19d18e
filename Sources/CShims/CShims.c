#define _GNU_SOURCE
#include "CShims.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

uint64_t staticgo_monotonic_nanoseconds(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int staticgo_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

int staticgo_open_new(const char *path, mode_t mode) {
  return open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
}

char **staticgo_environment(void) { return environ; }

int staticgo_terminal_columns(int fd) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

const char *staticgo_machine(char *buffer, size_t size) {
  struct utsname name;
  if (uname(&name) != 0 || strlen(name.machine) >= size) return NULL;
  return strcpy(buffer, name.machine);
}
