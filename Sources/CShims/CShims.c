#define _GNU_SOURCE
#include "CShims.h"

#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#endif
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void staticgo_grow_heap_fast(void) {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 24 << 20);
  // The next allocation that does not fit grows the heap by M_TOP_PAD. madvise then lets the kernel use 2 MiB pages for
  // it: of 10 ms in the kernel, most were spent on 4 KiB pages.
  const uintptr_t page = 2 << 20;
  uintptr_t start = ((uintptr_t)sbrk(0) + page - 1) / page * page;
  void *volatile more = malloc(100 << 10);
  free(more);
  uintptr_t end = (uintptr_t)sbrk(0) / page * page;
  if (start < end) madvise((void *)start, end - start, MADV_HUGEPAGE);
#endif
}

char **staticgo_environment(void) { return environ; }

int staticgo_open_beneath(int directory, const char *path) {
#ifdef SYS_openat2
  struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
#else
  errno = ENOSYS;
  return -1;
#endif
}

// The variable that the signal handler writes. Nothing else in the program is written from two places.
static volatile sig_atomic_t noted_signal = 0;

// Posted by the handler: one of the few things that a handler may do (signal-safety(7)).
static sem_t signal_arrived;
static void (*signal_action)(void);

static void note_signal(int number) {
  noted_signal = number;
  if (signal_action) {
    sem_post(&signal_arrived);
  } else {
    _exit(130);
  }
}

static void *wait_for_signal(void *unused) {
  while (sem_wait(&signal_arrived) != 0) {
  }
  signal_action();
  return unused;
}

void staticgo_note_signals(void (*end)(void)) {
  pthread_attr_t attributes;
  pthread_t thread;
  if (sem_init(&signal_arrived, 0, 0) == 0 && pthread_attr_init(&attributes) == 0) {
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    signal_action = end;
    if (pthread_create(&thread, &attributes, wait_for_signal, NULL) != 0) signal_action = NULL;
    pthread_attr_destroy(&attributes);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  // nohup(1) asks to outlive the terminal.
  struct sigaction before;
  if (sigaction(SIGHUP, NULL, &before) != 0 || before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
  // With SIGXFSZ ignored, a write beyond the file size limit returns an error. A cache must not end the process.
  signal(SIGXFSZ, SIG_IGN);
}

int staticgo_noted_signal(void) { return noted_signal; }

static int argument_count;
static char **argument_values;

// Swift reads the arguments from /proc, so in a chroot without /proc it would see none. glibc passes them to every
// constructor.
__attribute__((constructor)) static void note_arguments(int count, char **values) {
  argument_count = count;
  argument_values = values;
}

int staticgo_argument_count(void) { return argument_count; }

char **staticgo_argument_values(void) { return argument_values; }
