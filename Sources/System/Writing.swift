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
  let temporary = path + ByteString(".staticgo-\(getpid())-\(nanosecondsSince1970())")
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

/// A new directory under TMPDIR, removed with everything in it when the value goes out of scope.
package struct TemporaryDirectory: ~Copyable {
  package let path: ByteString

  package init(prefix: String) throws(FileError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(prefix)-XXXXXX".utf8).map { CChar(bitPattern: $0) } + [0]
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    guard made else { throw FileError("create a temporary directory in", ByteString(parent)) }
    let name = ByteString(template.dropLast().map { UInt8(bitPattern: $0) })
    path = realPath(name) ?? name
  }

  deinit { removeTree(path) }
}

package func removeFile(_ path: ByteString) throws(FileError) {
  guard !path.contains(0), unsafe path.withCString({ unsafe unlink($0) }) == 0 else { throw FileError("remove", path) }
}
