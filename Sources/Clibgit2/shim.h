#include <git2.h>
#include <git2/sys/commit_graph.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <string.h>
#include <zlib.h>

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

/// An object backend whose callbacks find their Swift object in `state`.
struct staticgo_git_backend {
  git_odb_backend parent;
  void *state;
};

/// Inflates a zlib stream into `out` and returns the number of bytes written, or -1 if the stream is damaged.
///
/// Sets `*end` to the number of input bytes up to the end of the stream; to 0 if `out` is full or the input ends before.
/// inflateInit is a macro, which Swift cannot call.
static inline long staticgo_inflate(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size,
                                    size_t *end) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  *end = 0;
  if (in_size > 0x7fffffff || out_size > 0x7fffffff || inflateInit(&stream) != Z_OK) return -1;
  stream.next_in = (unsigned char *)in;
  stream.avail_in = (unsigned)in_size;
  stream.next_out = out;
  stream.avail_out = (unsigned)out_size;
  int code = inflate(&stream, Z_SYNC_FLUSH);
  long written = (long)(out_size - stream.avail_out);
  if (code == Z_STREAM_END) *end = in_size - stream.avail_in;
  inflateEnd(&stream);
  return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR ? written : -1;
}
