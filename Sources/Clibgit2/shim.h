#include <git2.h>
#include <git2/sys/repository.h>

// git_libgit2_opts is variadic, which Swift cannot call.
/// Packs are looked at through windows of `size` bytes, of which `limit` bytes stay mapped.
static inline int staticgo_git_set_windows(size_t size, size_t limit) {
  int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, size);
  return code < 0 ? code : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, limit);
}

static inline int staticgo_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// Extensions of a repository's format that change nothing of what we read, or of which we look at the value.
static inline int staticgo_git_admit_extensions(void) {
  const char *names[] = {"noop", "noop-v1", "worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees",
                         "objectformat", "refstorage"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof *names);
}
