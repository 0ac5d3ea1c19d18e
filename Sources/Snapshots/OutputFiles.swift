package import Bytes
package import Diagnostics
import System

/// Throws where writing a report to `path` (absolute, cleaned) would follow a symbolic link that git tracks or, with
/// `isDefault`, replace a file that git tracks: a stranger's commit chooses both.
///
/// Other links are the user's own choice (`/dev/stdout` is one), and are followed.
package func checkOutput(_ path: ByteString, isDefault: Bool) throws(CheckError) {
  guard let reader = try? RepositoryReader.open(), !reader.isBare, let relative = path.relative(to: reader.root) else {
    return
  }
  var prefix = relative
  while !prefix.isEmpty {
    if fileStatus(reader.root.appending(prefix), followingLinks: false)?.kind == .symbolicLink,
      try reader.isTracked(prefix)
    {
      throw CheckError(
        .cannotJudge,
        "\(prefix.text) is a symbolic link that git tracks, and staticgo writes no report through it. Remove the link, "
          + "or name another file with --format FORMAT=FILE.")
    }
    prefix = prefix.directory
  }
  guard isDefault, try reader.isTracked(relative) else { return }
  throw CheckError(
    .cannotJudge,
    "git tracks \(relative.text), and staticgo ci does not overwrite it. Run git rm --cached \(relative.text), or name "
      + "another file with --format FORMAT=FILE.")
}
