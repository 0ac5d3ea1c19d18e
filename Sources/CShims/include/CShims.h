#ifndef STATICGO_CSHIMS_H
#define STATICGO_CSHIMS_H


// Functions that Swift's Glibc overlay does not expose, or exposes only as a variadic function or a macro.

/// Makes malloc take memory from the system in large chunks and keep it: a run is short, and its end frees everything.
void staticgo_grow_heap_fast(void);

/// Returns the environment of this process, as in environ(7).
char **staticgo_environment(void);

/// The command-line arguments, with the program's own name first.
int staticgo_argument_count(void);
char **staticgo_argument_values(void);

/// openat2(2) for reading. It follows no symbolic link and never leaves `directory`; it fails if the system does not
/// support the call.
int staticgo_open_beneath(int directory, const char *path);

/// Makes SIGINT, SIGTERM and SIGHUP set a flag from now on, and wake a thread that calls `end` once. If no thread can
/// be started, a signal ends the process.
void staticgo_note_signals(void (*end)(void));

/// Returns the signal received last, or 0.
int staticgo_noted_signal(void);

#endif
