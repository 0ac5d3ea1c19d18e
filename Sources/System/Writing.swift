package import Bytes
import CShims
import Glibc

/// Writes a new file; never follows a symbolic link, never overwrites.
package func writeNewFile(_ path: ByteString, _ content: [UInt8], executable: Bool = false) throws(FileError) {
  let flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW
  let descriptor = try openPath(path, flags, "write", mode: executable ? 0o777 : 0o666)
  let failure = writeAll(content, to: descriptor)
  let closing = close(descriptor) == 0 ? 0 : errno
  guard failure == 0, closing == 0 else {
    _ = unsafe path.withCString { unsafe unlink($0) }
    throw FileError("write", path, code: failure == 0 ? closing : failure)
  }
}

/// Writes all bytes; returns the errno of the failing call, or 0.
func writeAll(_ content: [UInt8], to descriptor: Int32) -> Int32 {
  unsafe content.withUnsafeBufferPointer { buffer in
    var written = 0
    while written < buffer.count {
      let count = unsafe write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : EIO }
      written += count
    }
    return 0
  }
}

/// Writes output to a path that the user gave. A regular or new file is replaced in one step; anything else (a device,
/// a pipe, the target of a link) is opened and written to.
package func writeOutput(_ path: ByteString, _ content: [UInt8]) throws(FileError) {
  let status = fileStatus(path, followingLinks: false)
  if status == nil || status?.kind == .file { return try replaceFile(path, content) }
  try write(path, content, appending: false)
}

/// Appends to a file, which is created if it is missing.
package func appendToFile(_ path: ByteString, _ content: [UInt8]) throws(FileError) {
  try write(path, content, appending: true)
}

private func write(_ path: ByteString, _ content: [UInt8], appending: Bool) throws(FileError) {
  let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
  let descriptor = try openPath(path, flags, "write", mode: 0o666)
  let failure = writeAll(content, to: descriptor)
  close(descriptor)
  guard failure == 0 || failure == EPIPE else { throw FileError("write", path, code: failure) }
}

/// Writes `content` to `path` in one step: readers see either the whole old file or the whole new one.
package func replaceFile(_ path: ByteString, _ content: [UInt8], executable: Bool = false) throws(FileError) {
  // The time distinguishes two processes with the same id, as in containers.
  let temporary = Interruption.note { path + ByteString(".staticgo-\(getpid())-\(nanosecondsSince1970())") }
  defer { Interruption.forget(temporary) }
  try writeNewFile(temporary, content, executable: executable)
  do throws(FileError) { try moveFile(temporary, to: path) } catch {
    try? removeFile(temporary)
    throw error
  }
}

package func moveFile(_ source: ByteString, to target: ByteString) throws(FileError) {
  let result = unsafe source.withCString { source in unsafe target.withCString { unsafe rename(source, $0) } }
  guard result == 0 else { throw FileError("rename", source) }
}

/// Creates the directory and its missing parents.
package func makeDirectories(_ path: ByteString, mode: UInt32 = 0o777) throws(FileError) {
  if path.isEmpty || isDirectory(path) { return }
  try makeDirectories(path.directory, mode: mode)
  let result = unsafe path.withCString { unsafe mkdir($0, mode) }
  guard result == 0 || errno == EEXIST else { throw FileError("create directory", path) }
}

/// A new directory under TMPDIR, removed with everything in it when the value goes out of scope or a signal ends the
/// process.
package struct TemporaryDirectory: ~Copyable {
  package let path: ByteString
  /// The directory itself, locked as long as the value exists.
  private let descriptor: Int32

  package init(prefix: String) throws(FileError) {
    let parent = Self.parent
    _ = Self.tidied
    path = try Interruption.note { () throws(FileError) in
      var template = Array("\(parent)/\(prefix)\(Self.mark)XXXXXX".utf8).map { CChar(bitPattern: $0) } + [0]
      let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
      guard made else { throw FileError("create a temporary directory in", ByteString(parent)) }
      let name = ByteString(template.dropLast().map { UInt8(bitPattern: $0) })
      return realPath(name) ?? name
    }
    // Without the lock, a run in an hour could take the directory for one that nobody uses; this one is over by then.
    descriptor = (try? openPath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ?? -1
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    removeTree(path)
    close(descriptor)
    Interruption.forget(path)
  }

  private static let mark = "-tmp-"
  /// Once in a process, the directories of processes that were killed are removed. A younger directory may belong to a
  /// process that has not locked it yet.
  private static let tidied: Void = tidy(ByteString(parent), olderThan: 60)

  /// TMPDIR, or the usual place if that is not set or empty.
  private static var parent: String {
    environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  /// Removes the directories below `parent` that this type made, that belong to this user, that no process has locked, and
  /// that have not changed for `seconds`.
  static func tidy(_ parent: ByteString, olderThan seconds: Int) {
    guard let entries = try? listDirectory(parent) else { return }
    let now = nanosecondsSince1970()
    let prefix = ByteString("staticgo" + mark)
    for entry in entries where entry.kind == .directory && entry.name.hasPrefix(prefix) {
      let path = parent.appending(entry.name)
      guard entry.name.count == prefix.count + 6, let status = fileStatus(path, followingLinks: false), status.isOurs,
        now - status.changed > seconds * 1_000_000_000,
        let descriptor = try? openPath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { removeTree(path) }
      close(descriptor)
    }
  }
}

package func removeFile(_ path: ByteString) throws(FileError) {
  guard !path.contains(0), unsafe path.withCString({ unsafe unlink($0) }) == 0 else { throw FileError("remove", path) }
}
