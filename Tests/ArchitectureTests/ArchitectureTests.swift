import Foundation
import Testing

/// The rooms of Sources/ and their allowed imports: an arrow points down only.
@Suite struct ArchitectureTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every room that a room may import, besides the modules of the language and the system.
  static let allowed: [String: Set<String>] = [
    "Bytes": [],
    "FileSystem": ["CShims", "Bytes"],
    "Git": ["Clibgit2", "CShims", "Bytes"],
    "GoSource": ["Bytes"],
    "GoModule": ["Bytes"],
    "FactStore": ["GoSource", "FileSystem", "Bytes"],
    "GoGraph": ["GoSource", "GoModule", "Bytes"],
    "GoToolchain": ["FileSystem", "Bytes", "Subprocess", "SystemPackage"],
    "Linkage": ["Bytes"],
    "Diagnostics": ["Bytes"],
    "Config": ["CToml", "GoGraph", "GoSource", "Diagnostics", "Bytes", "FoundationEssentials"],
    "CISystems": ["FoundationEssentials"],
    "ReleaseFiles": ["CYaml", "GoGraph", "GoSource", "Bytes"],
    "Rules": ["GoGraph", "GoSource", "GoModule", "Linkage", "Diagnostics", "Bytes"],
    "Reports": ["Diagnostics", "Bytes", "FoundationEssentials"],
    "Check": [
      "Rules", "GoGraph", "GoSource", "GoModule", "GoToolchain", "FactStore", "Git", "FileSystem", "Config",
      "ReleaseFiles", "Linkage", "Diagnostics", "Bytes",
    ],
    "staticgo": [
      "Check", "CISystems", "Rules", "Reports", "GoGraph", "GoSource", "GoToolchain", "Git", "FileSystem", "Linkage",
      "Diagnostics",
      "Bytes",
      "ArgumentParser", "FoundationEssentials",
    ],
  ]

  /// Modules of the toolchain that need no permission; modules that do I/O are allowed only in rooms that do I/O.
  static let everywhere: Set<String> = ["Synchronization"]
  static let system: [String: Set<String>] = [
    "FileSystem": ["Glibc", "Dispatch"], "Git": ["Glibc"], "GoToolchain": ["Dispatch"],
  ]

  private static func files(_ folder: String) -> [URL] {
    let walk = FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    return (walk?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  private static func lines(_ file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test("every room is in the table, and imports only what the table allows", arguments: allowed.keys.sorted())
  func imports(_ room: String) throws {
    let files = Self.files("Sources/\(room)")
    #expect(!files.isEmpty)
    let allowed = Self.allowed[room]!.union(Self.everywhere).union(Self.system[room] ?? [])
    for file in files {
      // Examples of Go code in the rules are indented.
      for line in try Self.lines(file) where !line.hasPrefix(" ") {
        let words = line.split(separator: " ").filter { $0 != "package" && !$0.hasPrefix("@") }
        guard words.count >= 2, words[0] == "import" else { continue }
        #expect(allowed.contains(String(words[1])), "\(file.lastPathComponent) imports \(words[1])")
      }
    }
  }

  @Test("no room is missing from the table")
  func rooms() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Self.root.appendingPathComponent("Sources").path)
    #expect(Set(rooms).subtracting(["CShims", "CToml", "CYaml", "Clibgit2"]) == Set(Self.allowed.keys))
  }

  @Test("files stay short, and only some rooms have unsafe code")
  func size() throws {
    // In Bytes there is one call, which passes an array's bytes to the hasher.
    let unsafeRooms = ["FileSystem", "Git", "Bytes", "Config", "ReleaseFiles"]
    for file in Self.files("Sources") {
      let lines = try Self.lines(file)
      #expect(lines.count <= 420, "\(file.lastPathComponent) has \(lines.count) lines")
      let room = file.deletingLastPathComponent().lastPathComponent
      let uses = lines.filter {
        $0.contains("unsafe ") && !$0.contains("///") && !$0.contains("withUTF8Buffer") && !$0.contains("utf8Start")
      }
      #expect(unsafeRooms.contains(room) || uses.isEmpty, "\(file.lastPathComponent) has unsafe code")
    }
  }

  @Test("rooms that are declared pure do no I/O")
  func purity() throws {
    for room in ["Bytes", "GoSource", "GoModule", "GoGraph", "Linkage", "Diagnostics", "Rules", "Reports", "CISystems"]
    {
      for file in Self.files("Sources/\(room)") {
        let text = try String(contentsOf: file, encoding: .utf8)
        for word in ["Glibc", "FileManager", "FileHandle", "Process(", "print(", "getenv"] {
          #expect(!text.contains(word), "\(file.lastPathComponent) has \(word)")
        }
      }
    }
  }
}
