import Bytes
import Clibgit2
import System

/// Opens the object database of an `objects` directory and its alternates: packs through libgit2, loose objects through
/// `LooseObjects`. The caller owns the result and frees it with `git_odb_free`.
@unsafe func openObjectDatabase(in directory: ByteString) throws(GitError) -> OpaquePointer {
  var opened: OpaquePointer?
  try check("open the object database", unsafe git_odb_new(&opened))
  guard let database = unsafe opened else {
    throw GitError(operation: "open the object database", message: "no database")
  }
  do throws(GitError) {
    for (index, place) in ([directory] + alternates(of: directory)).enumerated() {
      let isAlternate = index > 0
      var packs: UnsafeMutablePointer<git_odb_backend>?
      unsafe try check("open the packs", place.withCString { unsafe git_odb_backend_pack(&packs, $0) })
      unsafe try add(packs, to: database, priority: 2, isAlternate: isAlternate)
      unsafe try add(looseBackend(LooseObjects(in: place)), to: database, priority: 1, isAlternate: isAlternate)
    }
  } catch {
    unsafe git_odb_free(database)
    throw error
  }
  unsafe setCommitGraph(of: directory, database)
  return unsafe database
}

/// The nesting that git allows (git's alternates.c).
private let alternateDepth = 6

/// Returns the alternates of a directory: those that the environment adds for it, and those that `info/alternates`
/// lists, recursively (gitrepository-layout(5)).
private func alternates(of directory: ByteString) -> [ByteString] {
  var found: [ByteString] = []
  var seen: Set<ByteString> = [directory]
  var pending: [(directory: ByteString, depth: Int)] = [(directory, 0)]
  let added = ByteString(environmentVariable("GIT_ALTERNATE_OBJECT_DIRECTORIES") ?? "")
  func add(_ path: ByteString, _ depth: Int) {
    guard found.count < Limit.alternates, seen.insert(path).inserted, isDirectory(path) else { return }
    found.append(path)
    pending.append((path, depth))
  }
  for path in added.split(UInt8(ascii: ":"), omittingEmpty: true) { add(unquoted(path).cleaned, 1) }
  while let (place, depth) = pending.popLast() {
    if depth == alternateDepth { continue }
    // Without an alternate its objects are missing, which is an error where one is needed.
    guard let list = try? readFile(place.appending("info/alternates"), limit: 1 << 20) else { continue }
    for line in ByteString(list).split(UInt8(ascii: "\n"), omittingEmpty: true) where !line.hasPrefix("#") {
      let path = unquoted(line)
      add((path.hasPrefix("/") ? path : place.appending(path)).cleaned, depth + 1)
    }
  }
  return found
}

/// The path of a line, without the quotes in which git writes an unusual one.
private func unquoted(_ line: ByteString) -> ByteString {
  guard line.count > 1, line.hasPrefix("\""), line.hasSuffix("\"") else { return line }
  var path: [UInt8] = []
  var isEscaped = false
  for byte in line.bytes.dropFirst().dropLast() {
    if byte == UInt8(ascii: "\\"), !isEscaped {
      isEscaped = true
    } else {
      path.append(byte)
      isEscaped = false
    }
  }
  return ByteString(path)
}

/// Adds a backend to a database, which owns it from then on.
private func add(
  _ backend: UnsafeMutablePointer<git_odb_backend>?, to database: OpaquePointer, priority: Int32, isAlternate: Bool
) throws(GitError) {
  let code =
    unsafe isAlternate
    ? git_odb_add_alternate(database, backend, priority) : git_odb_add_backend(database, backend, priority)
  try check("open the object database", code)
}

/// Makes merge bases fast in a long history, if git has written a commit-graph.
private func setCommitGraph(of directory: ByteString, _ database: OpaquePointer) {
  guard fileStatus(directory.appending("info/commit-graph"))?.kind == .file else { return }
  var graph: OpaquePointer?
  guard unsafe directory.withCString({ unsafe git_commit_graph_open(&graph, $0) }) == 0,
    unsafe git_odb_set_commit_graph(database, graph) == 0
  else {
    git_error_clear()
    return
  }
}

// MARK: The backend for loose objects

private final class LooseState {
  let objects: LooseObjects
  init(_ objects: LooseObjects) { self.objects = objects }
}

private typealias Backend = UnsafeMutablePointer<git_odb_backend>

private func looseBackend(_ objects: LooseObjects) -> Backend {
  let memory = UnsafeMutablePointer<staticgo_git_backend>.allocate(capacity: 1)
  unsafe memory.initialize(to: staticgo_git_backend())
  unsafe memory.pointee.state = Unmanaged.passRetained(LooseState(objects)).toOpaque()
  unsafe memory.pointee.parent.version = UInt32(GIT_ODB_BACKEND_VERSION)
  unsafe memory.pointee.parent.read = { data, size, type, backend, id in
    unsafe answer(backend, id) { (objects, id) throws(GitError) in
      guard let object = try objects.object(id) else { return GIT_ENOTFOUND.rawValue }
      return unsafe pass(object, backend, data, size, type)
    }
  }
  unsafe memory.pointee.parent.read_header = { size, type, backend, id in
    unsafe answer(backend, id) { (objects, id) throws(GitError) in
      guard let header = try objects.header(of: id) else { return GIT_ENOTFOUND.rawValue }
      unsafe size?.pointee = header.size
      unsafe type?.pointee = header.type
      return 0
    }
  }
  unsafe memory.pointee.parent.exists = { backend, id in
    unsafe answer(backend, id) { objects, id in objects.holds(id) ? 1 : 0 } == 1 ? 1 : 0
  }
  unsafe memory.pointee.parent.exists_prefix = { found, backend, id, length in
    unsafe answer(backend, id) { objects, id in
      let (code, only) = find(id, length, objects)
      if let only { unsafe found?.pointee = only.value }
      return code
    }
  }
  unsafe memory.pointee.parent.read_prefix = { found, data, size, type, backend, id, length in
    unsafe answer(backend, id) { (objects, id) throws(GitError) in
      let (code, only) = find(id, length, objects)
      guard let only, let object = try objects.object(only) else { return code < 0 ? code : GIT_ENOTFOUND.rawValue }
      unsafe found?.pointee = only.value
      return unsafe pass(object, backend, data, size, type)
    }
  }
  unsafe memory.pointee.parent.free = { backend in
    guard let memory = unsafe UnsafeMutableRawPointer(backend)?.assumingMemoryBound(to: staticgo_git_backend.self)
    else { return }
    unsafe Unmanaged<LooseState>.fromOpaque(memory.pointee.state).release()
    unsafe memory.deallocate()
  }
  return unsafe UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_odb_backend.self)
}

/// Calls `body` with the backend's objects; an error becomes libgit2's, with its message.
private func answer(
  _ backend: Backend?, _ id: UnsafePointer<git_oid>?, _ body: (LooseObjects, ObjectID) throws(GitError) -> Int32
) -> Int32 {
  guard let id = unsafe id?.pointee,
    let memory = unsafe UnsafeMutableRawPointer(backend)?.assumingMemoryBound(to: staticgo_git_backend.self)
  else { return GIT_ENOTFOUND.rawValue }
  let state = unsafe Unmanaged<LooseState>.fromOpaque(memory.pointee.state).takeUnretainedValue()
  do throws(GitError) { return try body(state.objects, ObjectID(id)) } catch {
    _ = unsafe error.message.withCString { unsafe git_error_set_str(Int32(GIT_ERROR_ODB.rawValue), $0) }
    return GIT_ERROR.rawValue
  }
}

/// Copies an object into memory that libgit2 frees.
private func pass(
  _ object: (type: git_object_t, content: ArraySlice<UInt8>), _ backend: Backend?,
  _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ size: UnsafeMutablePointer<Int>?,
  _ type: UnsafeMutablePointer<git_object_t>?
) -> Int32 {
  // libgit2 ends the content with a NUL of its own.
  guard let copy = unsafe git_odb_backend_data_alloc(backend, object.content.count + 1) else { return -1 }
  unsafe object.content.withUnsafeBytes {
    unsafe UnsafeMutableRawBufferPointer(start: copy, count: $0.count).copyMemory(from: $0)
  }
  unsafe copy.storeBytes(of: 0, toByteOffset: object.content.count, as: UInt8.self)
  unsafe data?.pointee = unsafe copy
  unsafe size?.pointee = object.content.count
  unsafe type?.pointee = object.type
  return 0
}

/// Finds the only object whose id begins with the first `length` digits of `id`.
private func find(_ id: ObjectID, _ length: Int, _ objects: LooseObjects) -> (code: Int32, id: ObjectID?) {
  let found = objects.ids(beginningWith: String(id.hexadecimal.prefix(length)))
  if found.count > 1 { return (GIT_EAMBIGUOUS.rawValue, nil) }
  return (found.isEmpty ? GIT_ENOTFOUND.rawValue : 0, found.first)
}
