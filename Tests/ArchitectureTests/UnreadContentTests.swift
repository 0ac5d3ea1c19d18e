import Foundation
import Testing

/// Content that cannot be read is never taken for absent: a file is dropped only where the table says why that is right.
@Suite struct UnreadContentTests {
  /// The files of the rooms that read a judged tree in which an unreadable file counts as none.
  private static let reasons = [
    "Allowances.swift": "a directive in an unreadable file allows nothing, and the file has an error of its own",
    "EmbedFinder.swift":
      "a directory on disk that cannot be listed differs from the tree, so the side directory is used",
    "InPlace.swift": "a file on disk that cannot be read differs from the tree, so the side directory is used",
    "InitialConfig.swift": "hints for a configuration that the user reads",
    "JudgedTree.swift": "as in Allowances",
    "ListingPatterns.swift": "GOROOT",
    "Baseline.swift": "a comparison of two files: one that cannot be read is another one",
    "RecipeTree.swift": "a search for the files that mention CGO_ENABLED",
    "ModuleRenames.swift": "as in Baseline",
    "ModuleCache.swift": "the module cache: a module that cannot be read has an error, as one that is not there",
    "ModuleFinder.swift": "lists that `checkLists` has read, and replacements, which have an error of their own",
    "PackageSource.swift": "GOROOT and the module cache; the bodies of files whose header was read",
    "ReportStage.swift": "the quoted line of a finding",
    "ToolchainRefusal.swift": "a table of GOROOT, without which nothing is refused",
    "Building.swift": "the output of our own build",
    "RepositoryReader.swift": "the index, which libgit2 then reads",
  ]

  @Test("no content of the judged tree is dropped without a reason")
  func dropped() throws {
    let rooms: Set<String> = ["Snapshots", "Modules", "Plan", "Loader", "GoList", "Builds", "Check", "Queries"]
    var found: Set<String> = []
    for room in Room.all where rooms.contains(room.name) {
      for file in room.files {
        let drops = try Room.lines(file).contains {
          $0.contains(#/try\? (?:readFile|listDirectory|readLink|withBinary)|[sS]napshot\.content\b/#)
        }
        if drops { found.insert(file.lastPathComponent) }
      }
    }
    #expect(found.subtracting(Self.reasons.keys).isEmpty)
    #expect(found.isSuperset(of: ["ModuleFinder.swift", "PackageSource.swift"]), "the pattern finds nothing")
  }
}
