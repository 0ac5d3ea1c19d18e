#include <git2.h>
#include <git2/sys/repository.h>

// git_libgit2_opts is variadic, which Swift cannot call.
/// Makes libgit2 read packs through windows of `size` bytes, with at most `limit` bytes mapped.
static inline int staticgo_git_set_windows(size_t size, size_t limit) {
  int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, size);
  return code < 0 ? code : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, limit);
}

static inline int staticgo_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// Accepts repository format extensions that do not affect what we read, or whose value we check ourselves.
static inline int staticgo_git_admit_extensions(void) {
  const char *names[] = {"noop", "noop-v1", "worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees",
                         "objectformat", "refstorage"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof *names);
}
