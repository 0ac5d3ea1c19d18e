import Bytes
import Git
import GoGraph
import GoModule
import GoSource

/// Everything that can change how a main is built, by the file it comes from: compare two to see whether and why a
/// change affects the main.
struct Inputs: Equatable {
  /// A path of the repository to what of it counts: a blob's id, or the lines of a module file that concern the main.
  private(set) var contents: [ByteString: ByteString] = [:]
  /// The repository's directories that hold packages of the main.
  private(set) var directories: Set<ByteString> = []
  /// Those of them whose packages embed files.
  private(set) var embedding: Set<ByteString> = []

  init(of evidence: [(on: Closure, off: Closure)], graph: PackageGraph, group: ModuleGroup, snapshot: Snapshot) {
    var packages: Set<ByteString> = []
    for (on, off) in evidence { packages.formUnion(on.order + off.order) }
    let contexts = evidence.flatMap { [$0.on.context, $0.off.context] }
    var modules: Set<ModuleVersion> = []
    var vendored: Set<ByteString> = []
    for path in packages {
      guard let package = graph.packages[path] else { continue }
      switch package.directory.name.root {
      case .repository:
        add(package, contexts, snapshot)
        if let module = group.scope.vendor?.modules.module(of: path) { vendored.insert(module.text) }
      case .module(let module): modules.insert(module)
      case .standardLibrary, .outside: break
      }
    }
    addModuleFiles(group, modules, vendored, snapshot)
  }

  /// The paths in which two sets of inputs differ, in byte order.
  func differences(from base: Inputs) -> [ByteString] {
    var paths: Set<ByteString> = []
    for (path, content) in contents where base.contents[path] != content { paths.insert(path) }
    for path in base.contents.keys where contents[path] == nil { paths.insert(path) }
    return paths.sorted()
  }

  private mutating func add(_ package: Package, _ contexts: [BuildContext], _ snapshot: Snapshot) {
    let directory = package.directory.name.path
    directories.insert(directory)
    for context in contexts {
      let files = package.files(in: context)
      for file in files.go + files.cgo + files.other {
        contents[directory.appending(file.name)] = file.content
        for pattern in file.facts.embedPatterns {
          embedding.insert(directory)
          for path in embeddedFiles(pattern, in: directory, snapshot) { contents[path] = snapshot.files[path]?.id.raw }
        }
      }
    }
    // A file that is left out because it is malformed is the reason for an error all the same.
    for file in package.directory.files where file.facts.problem?.effect == .dropsFile {
      contents[directory.appending(file.name)] = file.content
    }
  }

  private mutating func addModuleFiles(
    _ group: ModuleGroup, _ modules: Set<ModuleVersion>, _ vendored: Set<ByteString>, _ snapshot: Snapshot
  ) {
    for module in group.modules {
      var lines: [ByteString] = ["module " + module.file.module]
      lines += [module.file.go, module.file.toolchain].compactMap { $0 } + module.file.godebug
      // A dependency counts by the version that go.mod asks for.
      lines += modules.map { $0.path + "@" + $0.version }.sorted()
      contents[module.directory.appending("go.mod")] = lines.joined(separator: "\n")
      let sums = modules.sorted { ($0.path, $0.version) < ($1.path, $1.version) }.flatMap { group.sums[$0] ?? [] }
      if !sums.isEmpty { contents[module.directory.appending("go.sum")] = sums.sorted().joined(separator: "\n") }
    }
    if let workspace = group.workspace, let work = group.work {
      let lines = [work.go, work.toolchain].compactMap { $0 } + work.godebug
      contents[workspace] = lines.joined(separator: "\n")
    }
    if !vendored.isEmpty, let vendor = group.scope.vendor {
      contents[vendor.directory.path.appending("modules.txt")] = vendored.sorted().joined(separator: "\n")
    }
  }
}

/// The files of the repository that an embed pattern takes in (cmd/go/internal/load/pkg.go, resolveEmbed): a directory
/// stands for what is in it, less names that begin with `.` or `_` unless the pattern begins with `all:`.
func embeddedFiles(_ pattern: ByteString, in directory: ByteString, _ snapshot: Snapshot) -> [ByteString] {
  let takesAll = pattern.hasPrefix("all:")
  let glob = takesAll ? pattern.dropFirst(4) : pattern
  let elements = glob.split(UInt8(ascii: "/"))
  // A plain name is looked up; hundreds of them in a directory of thousands of files would be slow otherwise.
  let isPlain = !glob.bytes.contains {
    [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\")].contains($0)
  }
  if isPlain, snapshot.files[directory.appending(glob)] != nil { return [directory.appending(glob)] }
  return snapshot.paths(within: isPlain ? directory.appending(glob) : directory).filter { path in
    guard let parts = path.relative(to: directory)?.split(UInt8(ascii: "/")), parts.count >= elements.count,
      zip(elements, parts).allSatisfy({ matchesGlob($1.bytes[...], $0.bytes[...]) })
    else { return false }
    return takesAll
      || parts.dropFirst(elements.count).allSatisfy { !$0.hasPrefix(".") && !$0.hasPrefix("_") }
  }
}

/// Whether a name matches a pattern of `*`, `?`, `[…]` and `\`, as Go's path.Match; a malformed pattern matches nothing.
private func matchesGlob(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
  var (name, pattern) = (name, pattern)
  var retry: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
  while true {
    if pattern.first == UInt8(ascii: "*") {
      pattern = pattern.dropFirst()
      retry = (name, pattern)
      continue
    }
    if let byte = name.first, let rest = matchOne(byte, pattern) {
      name = name.dropFirst()
      pattern = rest
      continue
    }
    if name.isEmpty && pattern.isEmpty { return true }
    guard let (from, after) = retry, !from.isEmpty else { return false }
    name = from.dropFirst()
    pattern = after
    retry = (name, pattern)
  }
}

/// What of the pattern is left after it has matched one byte; nil where it does not.
private func matchOne(_ byte: UInt8, _ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
  guard let first = pattern.first else { return nil }
  switch first {
  case UInt8(ascii: "?"): return pattern.dropFirst()
  case UInt8(ascii: "\\"):
    let escaped = pattern.dropFirst()
    return escaped.first == byte ? escaped.dropFirst() : nil
  case UInt8(ascii: "["):
    guard let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else { return nil }
    var set = pattern[(pattern.startIndex + 1)..<end]
    let isNegated = set.first == UInt8(ascii: "^")
    if isNegated { set = set.dropFirst() }
    var isIn = false
    while let low = set.popFirst() {
      if set.first == UInt8(ascii: "-"), set.count > 1 {
        let high = set[set.startIndex + 1]
        isIn = isIn || (low <= byte && byte <= high)
        set = set.dropFirst(2)
      } else {
        isIn = isIn || low == byte
      }
    }
    return isIn != isNegated ? pattern[(end + 1)...] : nil
  default: return first == byte ? pattern.dropFirst() : nil
  }
}
