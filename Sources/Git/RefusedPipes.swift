import Bytes
import Clibgit2
import Glibc
import System

extension Repository {
  /// Throws if a file that libgit2 opens without looking is a pipe or a device, on which it would wait for ever.
  static func refusePipes() throws(GitError) {
    var found = unsafe git_buf()
    defer { unsafe git_buf_dispose(&found) }
    let named = unsafe getenv("GIT_DIR").map { unsafe ByteString(cString: $0) } ?? "."
    let code = unsafe named.withCString { unsafe git_repository_discover(&found, $0, 0, nil) }
    guard code == 0, let path = unsafe found.ptr else {
      // Opening the repository gives the reason.
      git_error_clear()
      return
    }
    let directory = unsafe withoutSlash(ByteString(cString: path))
    var places = [directory]
    if let common = try? readFile(directory.appending("commondir"), limit: 1 << 12) {
      let line = ByteString(common.prefix { $0 != UInt8(ascii: "\n") })
      places.append(line.hasPrefix("/") ? line : directory.appending(line).cleaned)
    }
    let names: [ByteString] = [
      "config", "config.worktree", "HEAD", "MERGE_HEAD", "packed-refs", "shallow", "info/exclude", "info/attributes",
      "../.gitignore", "../.gitattributes",
    ]
    for file in places.flatMap({ place in names.map(place.appending) }) {
      guard let status = fileStatus(file), status.kind == .other else { continue }
      throw GitError(
        operation: opening, message: "\(file.cleaned.text) is a pipe or a device, not a file. Move it away")
    }
  }
}
