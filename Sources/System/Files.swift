package import Bytes
import CShims
import Glibc

/// The type of a directory entry; a symbolic link is not followed.
package enum FileKind: Sendable, Equatable { case file, directory, symbolicLink, other }

package struct DirectoryEntry: Sendable {
  package let name: ByteString
  package let kind: FileKind
}

/// The result of stat(2) for a file.
package struct FileStatus: Sendable {
  package let kind: FileKind
  package let size: Int
  package let isExecutable: Bool
  private let owner: uid_t
  /// The times of the last change of the content (`modified`) and of content or metadata (`changed`), in nanoseconds
  /// since 1970.
  package let modified: Int
  package let changed: Int
  package let inode: Int

  fileprivate init(_ status: stat) {
    kind = System.kind(of: status.st_mode)
    size = Int(status.st_size)
    isExecutable = status.st_mode & 0o111 != 0
    owner = status.st_uid
    modified = nanoseconds(status.st_mtim)
    changed = nanoseconds(status.st_ctim)
    inode = Int(truncatingIfNeeded: status.st_ino)
  }

  /// Whether the file belongs to the user who runs staticgo.
  package var isOurs: Bool { owner == geteuid() }
}

private func kind(of mode: mode_t) -> FileKind {
  switch mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .directory
  case S_IFLNK: .symbolicLink
  default: .other
  }
}

private func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec) }

/// Returns the nanoseconds since 1970, from the clock that file times use.
package func nanosecondsSince1970() -> Int {
  var now = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &now)
  return nanoseconds(now)
}

/// Returns the status of the file at `path`, or nil if there is no file. A link itself is reported unless
/// `followingLinks`.
package func fileStatus(_ path: ByteString, followingLinks: Bool = true) -> FileStatus? {
  guard !path.contains(0) else { return nil }
  var status = stat()
  let result = unsafe path.withCString { unsafe followingLinks ? stat($0, &status) : lstat($0, &status) }
  guard result == 0 else { return nil }
  return FileStatus(status)
}

/// Returns the status of the file at `path`, without following a link; nil if there is no file. Throws if that cannot be
/// told, as below a directory that may not be searched.
package func statusOfFile(_ path: ByteString) throws(FileError) -> FileStatus? {
  guard !path.contains(0) else { throw FileError("read", path, code: EINVAL) }
  var status = stat()
  if unsafe path.withCString({ unsafe lstat($0, &status) }) == 0 { return FileStatus(status) }
  let error = FileError("read", path)
  if error.isMissing { return nil }
  throw error
}

/// An open directory for reading files below it, so that the path to it is resolved only once.
package struct OpenDirectory: ~Copyable {
  private let descriptor: Int32

  package init(_ path: ByteString) throws(FileError) {
    descriptor = try openPath(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// Returns the content of a regular file below the directory, without following symbolic links. Nil if it is missing,
  /// cannot be read, or is larger than `limit` bytes.
  package borrowing func content(of path: ByteString, limit: Int = Limit.file) -> [UInt8]? {
    guard !path.contains(0) else { return nil }
    var opened = unsafe path.withCString { unsafe staticgo_open_beneath(descriptor, $0) }
    // Kernels before 5.6, sandboxes and valgrind do not support openat2.
    if opened < 0, errno == ENOSYS || errno == EPERM { opened = walk(to: path) }
    guard opened >= 0, let file = try? OpenFile(opened, path) else { return nil }
    return try? file.content(path, limit: limit)
  }

  /// Returns the text of the symbolic link at a path below the directory, without following other links. Nil if the
  /// path is not a symbolic link.
  package borrowing func linkTarget(of path: ByteString) -> ByteString? {
    let parent = path.directory.isEmpty ? dup(descriptor) : walk(to: path.directory)
    guard parent >= 0, !path.contains(0) else { return nil }
    defer { close(parent) }
    return unsafe readLinkText { buffer, size in
      unsafe path.baseName.withCString { unsafe readlinkat(parent, $0, buffer, size) }
    }
  }

  /// Opens a path below the directory for reading, element by element; -1 if it is missing or contains a link.
  private borrowing func walk(to path: ByteString) -> Int32 {
    let names = path.split(UInt8(ascii: "/"))
    var current = descriptor
    for (index, name) in names.enumerated() {
      let isPlain = !name.isEmpty && name != "." && name != ".."
      let kind = index < names.count - 1 ? O_DIRECTORY : O_NONBLOCK
      let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind
      let next = isPlain ? unsafe name.withCString { unsafe openat(current, $0, flags) } : -1
      if current != descriptor { close(current) }
      guard next >= 0 else { return -1 }
      current = next
    }
    return current
  }

  /// Returns the status of a path below the directory, or nil if it is missing. "" is the directory itself. A link at
  /// the path is not followed.
  package borrowing func status(of path: ByteString) -> FileStatus? {
    var status = stat()
    let result = unsafe (path.isEmpty ? "." : path).withCString {
      unsafe fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    return result == 0 ? FileStatus(status) : nil
  }
}

package func isDirectory(_ path: ByteString) -> Bool { fileStatus(path)?.kind == .directory }
package func isFile(_ path: ByteString) -> Bool { fileStatus(path)?.kind == .file }

/// Returns the first program called `name` on PATH, or nil. Relative directories are skipped: a repository could
/// contain such a program.
package func firstProgram(called name: ByteString) -> ByteString? {
  for directory in (environmentVariable("PATH") ?? "").split(separator: ":") where directory.hasPrefix("/") {
    let candidate = ByteString(String(directory)).appending(name)
    if let status = fileStatus(candidate), status.kind == .file, status.isExecutable { return candidate }
  }
  return nil
}

/// Returns the entries of a directory in byte order, without `.` and `..`.
package func listDirectory(_ path: ByteString) throws(FileError) -> [DirectoryEntry] {
  guard !path.contains(0), let directory = unsafe path.withCString({ unsafe opendir($0) }) else {
    throw FileError("list", path)
  }
  defer { unsafe closedir(directory) }
  var entries: [DirectoryEntry] = []
  let isComplete = unsafe readEntries(of: directory) { name, type in
    let kind: FileKind =
      switch Int(type) {
      case Int(DT_REG): .file
      case Int(DT_DIR): .directory
      case Int(DT_LNK): .symbolicLink
      case Int(DT_UNKNOWN): fileStatus(path.appending(name), followingLinks: false)?.kind ?? .other
      default: .other
      }
    entries.append(DirectoryEntry(name: name, kind: kind))
  }
  guard isComplete else { throw FileError("list", path) }
  return entries.sorted { $0.name < $1.name }
}

/// Calls `body` with the name and the `d_type` of each entry of an open directory, without `.` and `..`; returns false, and leaves
/// the reason in errno, where they cannot be read to the end.
func readEntries(of directory: OpaquePointer, _ body: (_ name: ByteString, _ type: UInt8) -> Void) -> Bool {
  while true {
    // readdir returns nil at the end and for an error, and only the latter sets errno.
    errno = 0
    guard let entry = unsafe readdir(directory) else { return errno == 0 }
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
      ByteString(unsafe Array(raw.prefix { $0 != 0 }))
    }
    if name != "." && name != ".." { body(name, unsafe entry.pointee.d_type) }
  }
}

/// A regular file, open for reading as long as the value exists.
private struct OpenFile: ~Copyable {
  let descriptor: Int32
  let size: Int

  init(_ path: ByteString) throws(FileError) {
    // Without waiting for the other end of a pipe.
    let descriptor = try openPath(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, "read")
    try self.init(descriptor, path)
  }

  /// Takes ownership of a descriptor opened on `path`; throws if it is not a regular file.
  init(_ descriptor: Int32, _ path: ByteString) throws(FileError) {
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    let kind = status.st_mode & S_IFMT
    guard isKnown, kind == S_IFREG else {
      let error =
        isKnown && kind != S_IFDIR
        ? FileError.special("read", path) : FileError("read", path, code: isKnown ? EISDIR : errno)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  borrowing func content(_ path: ByteString, limit: Int) throws(FileError) -> [UInt8] {
    guard size <= limit else { throw .tooLarge("read", path, limit: limit) }
    return try prefix(path, count: size)
  }

  borrowing func prefix(_ path: ByteString, count wanted: Int) throws(FileError) -> [UInt8] {
    let (descriptor, size) = (descriptor, min(size, wanted))
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe read(descriptor, buffer.baseAddress! + count, size - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        count += got
      }
    }
    guard failure == 0 else { throw FileError("read", path, code: failure) }
    return bytes
  }
}

/// Returns the content of a regular file; throws if it is larger than `limit` bytes.
package func readFile(_ path: ByteString, limit: Int = Limit.file) throws(FileError) -> [UInt8] {
  try OpenFile(path).content(path, limit: limit)
}

/// Returns the first `count` bytes of a regular file, or all of a shorter one.
package func readPrefix(of path: ByteString, count: Int) throws(FileError) -> [UInt8] {
  try OpenFile(path).prefix(path, count: count)
}

/// Passes the bytes of a binary to `body`. They are read, not mapped: a mapped file that somebody cuts short ends the
/// process.
package func withBinary<Result>(_ path: ByteString, _ body: (Span<UInt8>) -> Result) throws(FileError) -> Result {
  let bytes = try readFile(path, limit: Limit.binary)
  return body(bytes.span)
}

/// Returns the text of a symbolic link.
package func readLink(_ path: ByteString) throws(FileError) -> ByteString {
  guard !path.contains(0) else { throw FileError("read", path, code: EINVAL) }
  let text = unsafe readLinkText { buffer, size in unsafe path.withCString { unsafe readlink($0, buffer, size) } }
  guard let text else {
    throw FileError("read link", path)
  }
  return text
}

/// Returns the text that a readlink(2) call writes to the buffer; nil if the call fails.
private func readLinkText(_ read: (UnsafeMutablePointer<CChar>, Int) -> Int) -> ByteString? {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let length = unsafe buffer.withUnsafeMutableBufferPointer { unsafe read($0.baseAddress!, $0.count) }
  return length < 0 ? nil : ByteString(buffer.prefix(length).map { UInt8(bitPattern: $0) })
}

/// Returns the absolute path without symbolic links, or nil if the file does not exist.
package func realPath(_ path: ByteString) -> ByteString? {
  guard !path.contains(0), let resolved = unsafe path.withCString({ unsafe realpath($0, nil) }) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe ByteString(cString: resolved)
}

package func currentDirectory() throws(FileError) -> ByteString {
  guard let path = realPath(".") else { throw FileError("find", ".") }
  return path
}
