package import Bytes
import CShims
import Glibc

/// Writes a file that is not there yet; never follows a link, never overwrites.
package func writeNewFile(_ path: ByteString, _ content: [UInt8], executable: Bool = false) throws(FileError) {
  guard !path.contains(0) else { throw FileError("write", path, code: EINVAL) }
  let descriptor = unsafe path.withCString { unsafe staticgo_open_new($0, executable ? 0o777 : 0o666) }
  guard descriptor >= 0 else { throw FileError("write", path) }
  let failure = writeAll(content, to: descriptor)
  let closing = close(descriptor) == 0 ? 0 : errno
  guard failure == 0, closing == 0 else {
    _ = unsafe path.withCString { unsafe unlink($0) }
    throw FileError("write", path, code: failure == 0 ? closing : failure)
  }
}

/// Writes all bytes; the errno of what went wrong, or 0.
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

/// Writes what a user has asked for to the place that was named: a regular file or a new one in one step, anything else
/// (a device, a pipe, what a link leads to) as it stands.
package func writeOutput(_ path: ByteString, _ content: [UInt8]) throws(FileError) {
  let status = fileStatus(path, followingLinks: false)
  if status == nil || status?.kind == .file { return try replaceFile(path, content) }
  try write(path, content, appending: false)
}

/// Adds to the end of a file, which is made where it is not there.
package func appendToFile(_ path: ByteString, _ content: [UInt8]) throws(FileError) {
  try write(path, content, appending: true)
}

private func write(_ path: ByteString, _ content: [UInt8], appending: Bool) throws(FileError) {
  guard !path.contains(0) else { throw FileError("write", path, code: EINVAL) }
  let descriptor = unsafe path.withCString { unsafe staticgo_open_write($0, appending ? 1 : 0) }
  guard descriptor >= 0 else { throw FileError("write", path) }
  let failure = writeAll(content, to: descriptor)
  close(descriptor)
  guard failure == 0 || failure == EPIPE else { throw FileError("write", path, code: failure) }
}

/// Puts `content` at `path` in one step: readers see the old file or the new one, whole.
package func replaceFile(_ path: ByteString, _ content: [UInt8], executable: Bool = false) throws(FileError) {
  // The clock tells two processes of one number apart, as containers have them.
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

/// Makes the directory and those above it that are not there.
package func makeDirectories(_ path: ByteString, mode: UInt32 = 0o777) throws(FileError) {
  if path.isEmpty || isDirectory(path) { return }
  try makeDirectories(path.directory, mode: mode)
  let result = unsafe path.withCString { unsafe mkdir($0, mode) }
  guard result == 0 || errno == EEXIST else { throw FileError("make directory", path) }
}

/// A directory of our own under TMPDIR, removed with all that is in it when it goes out of scope.
package struct TemporaryDirectory: ~Copyable {
  package let path: ByteString

  package init(prefix: String) throws(FileError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(prefix)-XXXXXX".utf8).map { CChar(bitPattern: $0) } + [0]
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    guard made else { throw FileError("make a temporary directory in", ByteString(parent)) }
    let name = ByteString(template.dropLast().map { UInt8(bitPattern: $0) })
    path = realPath(name) ?? name
  }

  deinit { removeTree(path) }
}

package func removeFile(_ path: ByteString) throws(FileError) {
  guard !path.contains(0), unsafe path.withCString({ unsafe unlink($0) }) == 0 else { throw FileError("remove", path) }
}
