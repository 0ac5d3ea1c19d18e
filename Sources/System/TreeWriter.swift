package import Bytes
import Glibc

/// Creates files, directories and symbolic links below one directory, without following symbolic links.
///
/// Each path is walked element by element from the open directory, so a link created between two calls cannot redirect
/// a file out of the directory. Paths are relative; an element that is empty, `.` or `..` is an error (EINVAL).
package struct TreeWriter: ~Copyable {
  private let root: ByteString
  private let descriptor: Int32
  /// The directory that was used last. It is kept open because files arrive grouped by directory.
  private var parent: (path: ByteString, descriptor: Int32)?

  /// Opens an existing directory.
  package init(_ root: ByteString) throws(FileError) {
    self.root = root
    descriptor = try openPath(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  deinit {
    if let parent { close(parent.descriptor) }
    close(descriptor)
  }

  /// Creates the directory at `path` and its missing parents.
  package mutating func makeDirectories(_ path: ByteString) throws(FileError) { _ = try directory(path) }

  /// Creates a file with its content, and its missing parent directories.
  package mutating func writeFile(
    _ path: ByteString, _ content: [UInt8], executable: Bool = false
  ) throws(FileError) {
    let file = try openNew(path, executable ? 0o777 : 0o666)
    let failure = writeAll(content, to: file)
    let closing = close(file) == 0 ? 0 : errno
    guard failure == 0, closing == 0 else { throw error("write", path, failure == 0 ? closing : failure) }
  }

  /// Creates a symbolic link with the text `target`, and its missing parent directories.
  package mutating func makeLink(_ path: ByteString, to target: ByteString) throws(FileError) {
    guard !target.contains(0) else { throw error("link", path, EINVAL) }
    let (directory, name) = try place(path, "link")
    let result = unsafe target.withCString { target in
      unsafe name.withCString { unsafe symlinkat(target, directory, $0) }
    }
    guard result == 0 else { throw error("link", path, errno) }
  }

  /// Removes the file or link at `path`.
  package mutating func remove(_ path: ByteString) throws(FileError) {
    let (directory, name) = try place(path, "remove")
    let result = unsafe name.withCString { unsafe unlinkat(directory, $0, 0) }
    guard result == 0 else { throw error("remove", path, errno) }
  }

  private mutating func openNew(_ path: ByteString, _ mode: mode_t) throws(FileError) -> Int32 {
    let (directory, name) = try place(path, "write")
    let file = unsafe name.withCString {
      unsafe openat(directory, $0, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode)
    }
    guard file >= 0 else { throw error("write", path, errno) }
    return file
  }

  /// Returns the open directory of `path` and the name in it; throws for a name that would lead elsewhere.
  private mutating func place(
    _ path: ByteString, _ operation: String
  ) throws(FileError) -> (directory: Int32, name: ByteString) {
    let name = path.baseName
    guard Self.isPlain(name), !path.hasPrefix("/") else { throw error(operation, path, EINVAL) }
    // The tree is being removed.
    guard !Interruption.isNoted else { throw error(operation, path, EINTR) }
    return (try directory(path.directory), name)
  }

  /// Returns a descriptor of the directory at `path`, creating it if it is missing. The writer owns the descriptor.
  private mutating func directory(_ path: ByteString) throws(FileError) -> Int32 {
    if path.isEmpty { return descriptor }
    if let parent, parent.path == path { return parent.descriptor }
    var current = descriptor
    for name in path.split(UInt8(ascii: "/")) {
      let next = Self.isPlain(name) ? Self.enter(name, below: current) : Self.failed(EINVAL)
      let code = errno
      if current != descriptor { close(current) }
      guard next >= 0 else { throw error("create directory", path, code) }
      current = next
    }
    if let parent { close(parent.descriptor) }
    parent = (path, current)
    return current
  }

  private static func enter(_ name: ByteString, below directory: Int32) -> Int32 {
    unsafe name.withCString { name in
      guard unsafe mkdirat(directory, name, 0o777) == 0 || errno == EEXIST else { return -1 }
      return unsafe openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    }
  }

  private static func failed(_ code: Int32) -> Int32 {
    errno = code
    return -1
  }

  private static func isPlain(_ name: ByteString) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.contains(0)
  }

  private func error(_ operation: String, _ path: ByteString, _ code: Int32) -> FileError {
    FileError(operation, root.appending(path), code: code)
  }
}

/// Opens a path with open(2).
func openPath(
  _ path: ByteString, _ flags: Int32, _ operation: String = "open", mode: mode_t = 0
) throws(FileError) -> Int32 {
  guard !path.contains(0) else { throw FileError(operation, path, code: EINVAL) }
  let descriptor = unsafe path.withCString { unsafe open($0, flags, mode) }
  guard descriptor >= 0 else { throw FileError(operation, path) }
  return descriptor
}

/// Removes a file, or a directory with everything in it; links are removed, not followed.
///
/// Subdirectories are moved to the top before they are emptied, so a deep tree uses no extra stack or descriptors.
/// Entries that cannot be removed are kept.
package func removeTree(_ path: ByteString) {
  let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
  guard let top = try? openPath(path, flags) else {
    _ = unsafe path.withCString { unsafe unlink($0) }
    return
  }
  defer { close(top) }
  // Go makes the directories of its module cache read-only, and this tree may hold a copy of one.
  fchmod(top, 0o700)
  var moved = 0
  var pending: [ByteString] = []
  for name in entryNames(of: top) where !removeFile(name, in: top) { pending.append(name) }
  while let next = pending.popLast() {
    let directory = unsafe next.withCString { unsafe openat(top, $0, flags) }
    guard directory >= 0 else { continue }
    fchmod(directory, 0o700)
    for name in entryNames(of: directory) where !removeFile(name, in: directory) {
      moved += 1
      let target = ByteString(".staticgo-removed-\(moved)")
      let result = unsafe name.withCString { name in
        unsafe target.withCString { unsafe renameat(directory, name, top, $0) }
      }
      if result == 0 { pending.append(target) }
    }
    close(directory)
    _ = unsafe next.withCString { unsafe unlinkat(top, $0, AT_REMOVEDIR) }
  }
  _ = unsafe path.withCString { unsafe rmdir($0) }
}

/// Removes an entry that is not a directory; returns false if it is a directory or cannot be removed.
private func removeFile(_ name: ByteString, in directory: Int32) -> Bool {
  unsafe name.withCString { unsafe unlinkat(directory, $0, 0) } == 0
}

/// Returns the names in an open directory, without `.` and `..`; the descriptor stays open.
private func entryNames(of descriptor: Int32) -> [ByteString] {
  let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard copy >= 0 else { return [] }
  guard let directory = unsafe fdopendir(copy) else {
    close(copy)
    return []
  }
  defer { unsafe closedir(directory) }
  var names: [ByteString] = []
  // An entry that cannot be listed cannot be removed either: the caller goes on with the rest.
  _ = unsafe readEntries(of: directory) { name, _ in names.append(name) }
  return names
}
