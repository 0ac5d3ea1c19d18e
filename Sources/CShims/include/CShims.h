#ifndef STATICGO_CSHIMS_H
#define STATICGO_CSHIMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

// Functions that Swift's Glibc overlay does not expose, or exposes only as a variadic function or a macro.

/// Returns the time of CLOCK_MONOTONIC in nanoseconds, or 0 on error.
uint64_t staticgo_monotonic_nanoseconds(void);

/// open(2) for reading with O_CLOEXEC and O_NONBLOCK, so that it does not wait for the other end of a pipe.
int staticgo_open_read(const char *path);

/// open(2) for writing a new file: O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW.
int staticgo_open_new(const char *path, mode_t mode);

/// lstat(2) of a path relative to the open directory `directory`.
int staticgo_status_at(int directory, const char *path, struct stat *status);

/// Makes malloc take memory from the system in large chunks and keep it: a run is short, and its end frees everything.
void staticgo_grow_heap_fast(void);

/// Returns the environment of this process, as in environ(7).
char **staticgo_environment(void);

/// The command-line arguments, with the program's own name first.
int staticgo_argument_count(void);
char **staticgo_argument_values(void);

/// open(2) for writing a new or existing file: O_WRONLY | O_CREAT | O_CLOEXEC, and O_APPEND or O_TRUNC.
int staticgo_open_write(const char *path, int appending);

/// openat2(2) for reading. It follows no symbolic link and never leaves `directory`; it fails if the system does not
/// support the call.
int staticgo_open_beneath(int directory, const char *path);

/// Makes SIGINT, SIGTERM and SIGHUP only set a flag from now on.
void staticgo_note_signals(void);

/// Returns the signal received last, or 0.
int staticgo_noted_signal(void);

/// Returns the width in columns of the terminal at fd, or 0.
int staticgo_terminal_columns(int fd);

/// Returns the machine's architecture as reported by uname(2), or NULL.
const char *staticgo_machine(char *buffer, size_t size);

#endif
