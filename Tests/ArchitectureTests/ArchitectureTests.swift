import Foundation
import Testing

/// A room of Sources/ as Package.swift declares it.
struct Room: Sendable, CustomTestStringConvertible {
  let name: String
  /// The modules that the room may import.
  let dependencies: Set<String>
  var testDescription: String { name }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The rooms in the order of Package.swift, without those of C and of the tests.
  static let all = targets(#/\.(?:executableT|t)arget\(\s*name: "(\w+)"(?:,\s*dependencies: \[((?:[^\[\]])*)\])?/#)
    .filter { !["CShims", "CParsers", "TestSupport", "FuzzTargets", "CLibFuzzer", "Fuzz"].contains($0.name) }
  static let tests = targets(#/\.testTarget\(\s*name: "(\w+)"(?:,\s*dependencies: \[((?:[^\[\]])*)\])?/#)

  private static func targets(_ target: Regex<(Substring, Substring, Substring?)>) -> [Room] {
    let manifest = (try? String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)) ?? ""
    return manifest.matches(of: target).map { match in
      let names = (match.2 ?? "").matches(of: #/(?:name: )?"(\w+)"(?=[,\s\]]|$)/#).map { String($0.1) }
      return Room(name: String(match.1), dependencies: Set(names))
    }
  }

  var files: [URL] {
    let folder = Self.root.appendingPathComponent("\(name.hasSuffix("Tests") ? "Tests" : "Sources")/\(name)")
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (walk?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  /// The modules that the files import, with the file that does.
  func imports() throws -> [(module: String, file: String)] {
    try files.flatMap { file in
      // Examples of Go code in the rules are indented.
      try Self.lines(file).filter { !$0.hasPrefix(" ") }.compactMap { line in
        let words = line.split(separator: " ").filter { $0 != "package" && !$0.hasPrefix("@") }
        guard words.count >= 2, words[0] == "import" else { return nil }
        return (String(words[1]), file.lastPathComponent)
      }
    }
  }

  static func lines(_ file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
  }
}

/// The rooms of Sources/ and their imports: Package.swift is the table, and an arrow points up only.
@Suite struct ArchitectureTests {
  /// Modules of the toolchain that the rooms may import; those that do I/O only in rooms that do I/O.
  private static let everywhere: Set<String> = ["Synchronization", "FoundationEssentials"]
  private static let system: [String: Set<String>] = ["System": ["Glibc", "Dispatch"], "Git": ["Glibc"]]

  @Test("Package.swift lists a room for each folder, and the list is read right")
  func rooms() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Room.root.appendingPathComponent("Sources").path)
    #expect(Set(folders).subtracting(["CShims", "CParsers", "Clibgit2", "Clibarchive"]) == Set(Room.all.map(\.name)))
    #expect(Room.all.first { $0.name == "GoGraph" }?.dependencies == ["Bytes", "GoBuild", "GoSource", "GoModule"])
    #expect(Room.all.first { $0.name == "System" }?.dependencies.contains("Subprocess") == true)
  }

  @Test("a room imports only what its line lists, and everything that it lists", arguments: Room.all)
  func imports(_ room: Room) throws {
    let allowed = room.dependencies.union(Self.everywhere).union(Self.system[room.name] ?? [])
    let imports = try room.imports()
    for (module, file) in imports { #expect(allowed.contains(module), "\(file) imports \(module)") }
    let packages: Set<String> = ["swift-subprocess", "swift-system", "swift-argument-parser"]
    let unused = room.dependencies.subtracting(imports.map(\.module)).subtracting(packages)
    #expect(unused.isEmpty, "\(room.name) lists \(unused.sorted()) and does not import them")
  }

  @Test("tests import only what their line lists, so that a fresh clone builds them", arguments: Room.tests)
  func importsOfTests(_ tests: Room) throws {
    let allowed = tests.dependencies.union(["Testing", "Foundation", "Synchronization", "Glibc"])
    for (module, file) in try tests.imports() { #expect(allowed.contains(module), "\(file) imports \(module)") }
  }

  @Test("an arrow points up: a room imports only rooms above it in the list")
  func order() {
    let names = Room.all.map(\.name)
    for (index, room) in Room.all.enumerated() {
      let below = room.dependencies.intersection(names[index...])
      #expect(below.isEmpty, "\(room.name) imports \(below.sorted()), which come later")
    }
  }

  /// Rooms that hold more than about 2,000 lines, with the number that they may hold. Pages of rules and the readers of Go
  /// source have subfolders.
  private static let large: [String: Int] = ["GoSource": 5_500, "Rules": 6_500]

  @Test("no room holds everything, and files stay short", arguments: Room.all)
  func size(_ room: Room) throws {
    var total = 0
    for file in room.files {
      let lines = try Room.lines(file).count
      total += lines
      #expect(lines <= 400, "\(file.lastPathComponent) has \(lines) lines")
    }
    let limit = Self.large[room.name] ?? 2_200
    #expect(total <= limit, "\(room.name) has \(total) lines")
  }

  /// The lines of the longest function.
  private static let functionLimit = 60

  @Test("functions stay short", arguments: Room.all)
  func functionLength(_ room: Room) throws {
    // swift-format indents the closing brace of a declaration like its first line.
    let declaration =
      #/^( *)(?:@\w+(?:\([^)]*\))? )*(?:(?:package|private|fileprivate|static|final|mutating|consuming|borrowing|override|convenience|nonisolated) )*(?:func |init[?(<]|subscript)/#
    for file in room.files {
      let lines = try Room.lines(file)
      for (index, line) in lines.enumerated() {
        guard !line.hasSuffix("}"), let match = line.prefixMatch(of: declaration) else { continue }
        // The next line that is indented like the first is the end, or a new declaration where there is no body.
        let next = lines[(index + 1)...].firstIndex {
          $0.hasPrefix(match.1) && $0.dropFirst(match.1.count).first.map { !" )".contains($0) } ?? false
        }
        guard let end = next, lines[end] == match.1 + "}" else { continue }
        #expect(end - index < Self.functionLimit, "\(file.lastPathComponent):\(index + 1) has \(end - index + 1) lines")
      }
    }
  }

  @Test("only some rooms have unsafe code", arguments: Room.all)
  func unsafeCode(_ room: Room) throws {
    if ["System", "Git", "Bytes", "Config", "RecipeFiles", "Images"].contains(room.name) { return }
    for file in room.files {
      let uses = try Room.lines(file).filter {
        $0.contains("unsafe ") && !$0.contains("///") && !$0.contains("withUTF8Buffer") && !$0.contains("utf8Start")
      }
      #expect(uses.isEmpty, "\(file.lastPathComponent) has unsafe code")
    }
  }

  @Test("rooms that are declared pure do no I/O")
  func purity() throws {
    let pure: Set<String> = [
      "Bytes", "GoBuild", "GoSource", "GoModule", "GoGraph", "Linkage", "Diagnostics", "Rules", "Reports", "CISystems",
      "Shell", "Recipes", "Dockerfiles", "RecipeFiles", "Diagrams",
    ]
    for room in Room.all where pure.contains(room.name) {
      #expect(!room.dependencies.contains("System"), "\(room.name) imports System")
      for file in room.files {
        let text = try String(contentsOf: file, encoding: .utf8)
        for word in ["Glibc", "FileManager", "FileHandle", "Process(", " print(", "getenv"] {
          #expect(!text.contains(word), "\(file.lastPathComponent) has \(word)")
        }
      }
    }
  }

  @Test("text reaches a stream unescaped only where a format has escaped it")
  func escaping() throws {
    let uses = try Room.all.filter { $0.name != "Bytes" }.flatMap(\.files).filter {
      try String(contentsOf: $0, encoding: .utf8).contains("SafeText(escapedByFormat:")
    }
    let known: Set<String> = [
      "OutputOptions.swift", "ListCommand.swift", "WhyCommand.swift", "TagsCommand.swift", "ExplainCommand.swift",
      "InspectCommand.swift", "MatrixCommand.swift", "NeedsCommand.swift", "AffectedCommand.swift",
      "RecipesCommand.swift", "main.swift",
    ]
    #expect(Set(uses.map(\.lastPathComponent)).isSubset(of: known))
  }
}
