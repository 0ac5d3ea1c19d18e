package import Bytes
package import Diagnostics
import Snapshots
import System

/// Applies fixes to the work tree; returns the files that it changed. A line that is no longer what it was is left as it
/// is, and so is a file that is a symbolic link.
package func apply(_ fixes: [Fix]) throws(CheckError) -> [ByteString] {
  let root = try RepositoryReader.open().root
  var changed: [ByteString] = []
  for (file, fixes) in Dictionary(grouping: fixes, by: \.file).sorted(by: { $0.key < $1.key }) {
    let path = root.appending(file)
    guard let status = fileStatus(path, followingLinks: false), status.kind == .file else { continue }
    do throws(FileError) {
      let content = try readFile(path)
      var lines = content.split(separator: 0x0a, omittingEmptySubsequences: false).map { ByteString($0) }
      var isChanged = false
      for fix in fixes where lines.indices.contains(fix.line - 1) && lines[fix.line - 1] == fix.original {
        lines[fix.line - 1] = fix.replacement
        isChanged = true
      }
      guard isChanged else { continue }
      try replaceFile(path, lines.joined(separator: "\n").bytes, executable: status.isExecutable)
      changed.append(file)
    } catch {
      throw CheckError(.cannotJudge, "\(error)")
    }
  }
  return changed
}

/// Returns fixes as a unified diff.
package func diff(_ fixes: [Fix]) -> String {
  Dictionary(grouping: fixes, by: \.file).sorted { $0.key < $1.key }.map { file, fixes in
    "--- a/\(file.text)\n+++ b/\(file.text)\n" + fixes.map(\.hunk).joined()
  }.joined()
}
