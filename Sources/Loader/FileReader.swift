import Bytes
import Git
import GoSource
import Snapshots
import System

/// A file of a snapshot, or a generated one on disk, whose facts are not known.
struct UnknownFile: Sendable {
  let path: ByteString
  let id: ObjectID
  let kind: SourceKind
}

/// Reads and scans files of a snapshot on one thread, since libgit2's objects belong to one thread.
struct FileReader: ~Copyable {
  /// The facts of a file. They last if the content is that of the file's id: the file may have changed since the id was
  /// computed, or a filter may have converted it.
  typealias Answer = Result<(facts: FileFacts, isLasting: Bool), UnreadableFile>

  private let snapshot: Snapshot
  private let store: ObjectStore
  private let workTree: OpenDirectory?

  private init(_ snapshot: Snapshot) throws(GitError) {
    self.snapshot = snapshot
    store = try ObjectStore(directory: snapshot.objects)
    // A bare repository has no work tree.
    do throws(FileError) { workTree = try OpenDirectory(snapshot.root) } catch { workTree = nil }
  }

  static func read(_ files: [UnknownFile], of snapshot: Snapshot) -> [Answer] {
    do throws(GitError) {
      let reader = try FileReader(snapshot)
      return files.map { reader.read($0) }
    } catch {
      let reason = error.message
      return files.map { .failure(UnreadableFile($0.path, reason)) }
    }
  }

  private borrowing func read(_ file: UnknownFile) -> Answer {
    do throws(UnreadableFile) {
      let (content, isLasting) = try content(file)
      return .success((scanFile(kind: file.kind, content), isLasting))
    } catch {
      return .failure(error)
    }
  }

  private borrowing func content(_ file: UnknownFile) throws(UnreadableFile) -> (bytes: [UInt8], isLasting: Bool) {
    // A file that the snapshot does not have is generated and exists on disk.
    guard snapshot.isOnDisk(file.path) || snapshot.file(file.path) == nil else {
      if let content = checkedOut(file) { return (content, true) }
      return (try snapshot.read(file.path, store: store) ?? [], true)
    }
    do throws(FileError) {
      let content = try readFile(snapshot.root.appending(file.path), limit: Limit.sourceFile)
      return (content, id(of: content) == file.id)
    } catch {
      throw UnreadableFile(file.path, error.reason)
    }
  }

  /// The content of the file on disk if it is the same as git's blob, which it nearly always is. Reading it takes a third
  /// of the time and none of the memory.
  private borrowing func checkedOut(_ file: UnknownFile) -> [UInt8]? {
    // The file on disk may be anything; a large one is unlikely to match.
    guard let content = workTree?.content(of: file.path, limit: 4 << 20) else { return nil }
    return id(of: content) == file.id ? content : nil
  }

  private borrowing func id(of content: [UInt8]) -> ObjectID? { try? store.hash(content) }
}
