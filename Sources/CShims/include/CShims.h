#ifndef STATICGO_CSHIMS_H
#define STATICGO_CSHIMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

// What Swift's Glibc overlay does not show, or shows only as a variadic function or a macro.

/// The nanoseconds of CLOCK_MONOTONIC.
uint64_t staticgo_monotonic_nanoseconds(void);

/// open(2) with O_CLOEXEC, without a mode, and without waiting for the other end of a pipe.
int staticgo_open_read(const char *path);

/// open(2) for writing a new file: O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW.
int staticgo_open_new(const char *path, mode_t mode);

/// lstat(2) of a path below the directory that `directory` is open on.
int staticgo_status_at(int directory, const char *path, struct stat *status);

/// Has malloc take memory from the system in large pieces and keep it: a run is short, and ends as a whole.
void staticgo_grow_heap_fast(void);

/// The environment of this process, as environ(7).
char **staticgo_environment(void);

/// What the program was called with, its own name first.
int staticgo_argument_count(void);
char **staticgo_argument_values(void);

/// open(2) for writing where something may be already: O_WRONLY | O_CREAT | O_CLOEXEC, and O_APPEND or O_TRUNC.
int staticgo_open_write(const char *path, int appending);

/// openat2(2) for reading, where no symbolic link is followed and nothing above `directory` reached; fails where the
/// system has no such call.
int staticgo_open_beneath(int directory, const char *path);

/// From now on SIGINT, SIGTERM and SIGHUP are only noted.
void staticgo_note_signals(void);

/// The signal that was noted last, or 0.
int staticgo_noted_signal(void);

/// The width of the terminal at fd in columns, or 0.
int staticgo_terminal_columns(int fd);

/// The name of the machine's architecture as uname(2) reports it, or NULL.
const char *staticgo_machine(char *buffer, size_t size);

#endif
