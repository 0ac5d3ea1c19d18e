import Bytes
import Cache
import Diagnostics
import Git
import GoSource
import RecipeFiles
import Recipes
import Rules
import Snapshots

/// A file that builds something, and the packages that it builds: enough to know whether a main is among them.
struct RecipeOutline {
  let path: ByteString
  /// The files that it reads, such as a Makefile that it runs; also those that do not exist.
  let reads: [ByteString]
  fileprivate let subjects: [(subject: Recipe.Subject, isAtRoot: Bool)]

  func builds(_ main: MainName, among mains: Set<MainName>) -> Bool {
    subjects.contains { $0.subject.holds(main, in: path, isAtRoot: $0.isAtRoot, among: mains) }
  }
}

/// The files of one tree that may build mains. Their outlines are stored by the id of their content.
final class RecipeTree {
  private let snapshot: Snapshot
  private let store: FactStore
  private(set) var isChanged = false
  private var evaluated: [ByteString: RecipeFile?] = [:]
  /// The other files that the evaluation of each file asked for.
  private var readFiles: [ByteString: Set<ByteString>] = [:]

  init(_ snapshot: Snapshot, _ store: FactStore) {
    self.snapshot = snapshot
    self.store = store
  }

  /// The files that could not be read. What they build is not known.
  private(set) var unreadable: Set<UnreadableFile> = []

  /// Returns the content of a file of the tree.
  var content: (ByteString) -> [UInt8]? { snapshot.content }

  /// Larger files are not read: people write no such Dockerfiles.
  private static let sizeLimit = 1 << 18
  private static let fileLimit = 1_000

  /// The paths of the files, those of third parties excluded.
  private lazy var paths: [(path: ByteString, content: ContentID)] = {
    var found: [(path: ByteString, content: ContentID)] = []
    for (directory, files) in snapshot.directories where !directory.isOfThirdParties {
      for file in files where !file.name.isGoFileName && file.kind != .symbolicLink {
        guard RecipeKind(file.name, in: directory) != nil else { continue }
        found.append((directory.appending(file.name), file.id.content))
      }
    }
    return Array(found.sorted { $0.path < $1.path }.prefix(Self.fileLimit))
  }()

  private(set) lazy var outlines: [RecipeOutline] = paths.compactMap { path, content in
    let key = Self.key(path, content)
    if var note = store.note(key) {
      let reads = (0..<note.count()).map { _ in (path: note.text(), content: note.content()) }
      let subjects = (0..<note.count()).map { _ in (subject: Recipe.Subject(from: &note), isAtRoot: note.byte() == 1) }
      if !note.isBroken, note.isAtEnd, reads.allSatisfy({ $0.content == self.content(of: $0.path) }) {
        return RecipeOutline(path: path, reads: reads.map(\.path), subjects: subjects)
      }
    }
    let known = unreadable.count
    let recipes = file(path)?.recipes ?? []
    let subjects = recipes.flatMap { recipe in recipe.subjects.map { (subject: $0, isAtRoot: recipe.isAtRoot) } }
      .filter { $0.subject != .unknown }
    let reads = (readFiles[path] ?? []).sorted()
    // A file that was not read may be readable next time.
    guard unreadable.count == known else { return RecipeOutline(path: path, reads: reads, subjects: subjects) }
    var note = Packer()
    note.number(reads.count)
    for read in reads {
      note.text(read)
      note.content(self.content(of: read))
    }
    note.number(subjects.count)
    for (subject, isAtRoot) in subjects {
      subject.pack(into: &note)
      note.byte(isAtRoot ? 1 : 0)
    }
    store.setNote(key, note)
    isChanged = true
    return RecipeOutline(path: path, reads: reads, subjects: subjects)
  }

  /// The id of a file's content; zeros for a file that does not exist.
  private func content(of path: ByteString) -> ContentID {
    snapshot.file(path)?.id.content ?? ContentID(high: 0, middle: 0, low: 0)
  }

  /// All files, evaluated.
  private(set) lazy var all: [RecipeFile] = withoutMachine(paths.compactMap { file($0.path) })

  /// Returns the files that build a main, evaluated.
  func files(building main: MainName, among mains: Set<MainName>) -> [RecipeFile] {
    let found = outlines.filter { $0.builds(main, among: mains) }.compactMap { file($0.path) }
    if found.contains(where: { $0.lost.contains { $0.cause == .makeVariable } }) { return withoutMachine(found) }
    return found.contains { file in file.recipes.contains { !$0.targets.isEmpty } } ? withoutMachine(found) : found
  }

  /// Makes unknown what depends on the environment of the machine, where another file may set it.
  private func withoutMachine(_ files: [RecipeFile]) -> [RecipeFile] {
    let mentioning = Set(
      paths.map(\.path).filter { path in
        guard let content = snapshot.content(path).map({ ByteString($0) }), content.firstIndex(of: "CGO_ENABLED") != nil
        else { return false }
        // A file other than a Makefile hands it to a Makefile only by running make.
        switch RecipeKind(path) {
        case .makefile, .workflow, .action, .gitLab, .taskfile: return true
        default: return content.firstIndex(of: "make ") != nil
        }
      })
    return files.map { file in
      // A job has an environment of its own.
      if RecipeKind(file.path) == .workflow { return file }
      var file = file
      let others = mentioning.subtracting([file.path])
      // A Dockerfile has an environment of its own, but may run make.
      let isMake = RecipeKind(file.path) == .makefile
      let counts = others.contains { isMake || RecipeKind($0) != .containerFile }
      if counts { file.forgetMachine() }
      return file
    }
  }

  private func file(_ path: ByteString) -> RecipeFile? {
    if let known = evaluated[path] { return known }
    var made: RecipeFile?
    if let content = read(path) {
      made = RecipeFile.read(path, content) { [self] other in
        readFiles[path, default: []].insert(other)
        return read(other)
      }
    }
    evaluated[path] = .some(made)
    return made
  }

  /// The content of a file; nil if it does not exist, is too large or is not readable.
  private func read(_ path: ByteString) -> [UInt8]? {
    do throws(UnreadableFile) {
      return try snapshot.read(path).flatMap { $0.count <= Self.sizeLimit ? $0 : nil }
    } catch {
      // A link to nothing is no file for the build either.
      if !error.isMissing { unreadable.insert(error) }
      return nil
    }
  }

  // MARK: Outlines in the store

  /// A file is read by its name and in its directory. The number changes when more is understood.
  private static func key(_ path: ByteString, _ content: ContentID) -> ByteString {
    let kind = RecipeKind(path)?.rawValue ?? 0
    return ByteString("recipe 3 \(kind) ") + path.directory + ByteString(" ") + ByteString(content.bytes)
  }
}
