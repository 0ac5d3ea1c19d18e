import Bytes
import Cache
import Diagnostics
import Git
import GoSource
import Recipes
import Rules
import Snapshots

/// A file that builds something, and the packages that it builds: enough to know whether a main is among them.
struct RecipeOutline {
  let path: ByteString
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

  init(_ snapshot: Snapshot, _ store: FactStore) {
    self.snapshot = snapshot
    self.store = store
  }

  /// Larger files are not read: people write no such Dockerfiles.
  private static let sizeLimit = 1 << 18
  private static let fileLimit = 1_000

  /// The paths of the files, those of third parties excluded.
  private lazy var paths: [(path: ByteString, content: ContentID)] = {
    var found: [(path: ByteString, content: ContentID)] = []
    for (directory, files) in snapshot.directories {
      var isOwn: Bool?
      for file in files where !file.name.isGoFileName && file.kind != .symbolicLink {
        guard ReleaseBuild.isRecipeFile(file.name, in: directory) else { continue }
        if isOwn == nil {
          isOwn = !directory.isOfThirdParties
        }
        if isOwn == true { found.append((directory.appending(file.name), file.id.content)) }
      }
    }
    return Array(found.sorted { $0.path < $1.path }.prefix(Self.fileLimit))
  }()

  private(set) lazy var outlines: [RecipeOutline] = paths.compactMap { path, content in
    let key = Self.key(path, content)
    if var note = store.note(key) {
      let subjects = (0..<note.count()).compactMap { _ in Self.subject(&note) }
      if !note.isBroken, note.isAtEnd { return RecipeOutline(path: path, subjects: subjects) }
    }
    let recipes = file(path)?.recipes ?? []
    let subjects = recipes.flatMap { recipe in recipe.subjects.map { (subject: $0, isAtRoot: recipe.isAtRoot) } }
      .filter { $0.subject != .unknown }
    var note = Packer()
    note.number(subjects.count)
    for (subject, isAtRoot) in subjects { Self.pack(subject, isAtRoot, into: &note) }
    store.setNote(key, note)
    isChanged = true
    return RecipeOutline(path: path, subjects: subjects)
  }

  /// All files, evaluated.
  private(set) lazy var all: [RecipeFile] = withoutMachine(paths.compactMap { file($0.path) })

  /// Returns the files that build a main, evaluated.
  func files(building main: MainName, among mains: Set<MainName>) -> [RecipeFile] {
    let found = outlines.filter { $0.builds(main, among: mains) }.compactMap { file($0.path) }
    if found.contains(where: { $0.lost.contains { $0.cause == .makeVariable } }) { return withoutMachine(found) }
    return found.contains { file in file.recipes.contains { !$0.targets.isEmpty } } ? withoutMachine(found) : found
  }

  /// Makes the cgo state of goreleaser unknown, and drops the findings about variables of make, where another file may set the environment of the machine.
  private func withoutMachine(_ files: [RecipeFile]) -> [RecipeFile] {
    let mentioning = Set(
      paths.map(\.path).filter { path in
        guard let content = snapshot.content(path).map({ ByteString($0) }), content.firstIndex(of: "CGO_ENABLED") != nil
        else { return false }
        // A file other than a Makefile hands it to a Makefile only by running make.
        return ReleaseBuild.isMakefile(path.baseName) || ReleaseBuild.isWorkflow(path)
          || path.baseName == ".gitlab-ci.yml"
          || content.firstIndex(of: "make ") != nil
      })
    return files.map { file in
      var file = file
      let others = mentioning.subtracting([file.path])
      // A Dockerfile has an environment of its own, but may run make.
      let isMake = ReleaseBuild.isMakefile(file.path.baseName)
      let counts = others.contains { isMake || !ReleaseBuild.isContainerFile($0.baseName) }
      if counts { file.forgetMachine() }
      return file
    }
  }

  private func file(_ path: ByteString) -> RecipeFile? {
    if let known = evaluated[path] { return known }
    var made: RecipeFile?
    if let content = snapshot.content(path), content.count <= Self.sizeLimit {
      made = RecipeFile.read(path, content, content: snapshot.content)
    }
    evaluated[path] = .some(made)
    return made
  }

  // MARK: Outlines in the store

  /// The kind of a file depends on its name. The number changes when more is understood.
  private static func key(_ path: ByteString, _ content: ContentID) -> ByteString {
    let kind = ReleaseBuild.isWorkflow(path) ? "w" : ReleaseBuild.isMakefile(path.baseName) ? "m" : "d"
    // A Makefile runs in its own directory.
    let place: ByteString = kind == "m" ? path.directory : ""
    return ByteString("recipe 2 \(kind) ") + place + ByteString(" ") + ByteString(content.bytes)
  }

  private static func pack(_ subject: Recipe.Subject, _ isAtRoot: Bool, into note: inout Packer) {
    let (kind, text): (UInt8, ByteString) =
      switch subject {
      case .directory(let path): (1, path)
      case .below(let path): (2, path)
      case .importPath(let path): (3, path)
      case .unknown: (0, "")
      }
    note.byte(kind)
    note.byte(isAtRoot ? 1 : 0)
    note.text(text)
  }

  private static func subject(_ note: inout Unpacker) -> (subject: Recipe.Subject, isAtRoot: Bool)? {
    let (kind, isAtRoot, text) = (note.byte(), note.byte() == 1, note.text())
    switch kind {
    case 1: return (.directory(text), isAtRoot)
    case 2: return (.below(text), isAtRoot)
    case 3: return (.importPath(text), isAtRoot)
    default: return nil
    }
  }
}
