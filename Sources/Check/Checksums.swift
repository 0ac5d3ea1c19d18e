import Bytes
import FileSystem
import GoGraph
import GoModule

/// What the go.sum files of a module or a workspace say (cmd/go/internal/modfetch/fetch.go, haveModSumLocked).
struct Checksums {
  typealias Lines = [ModuleVersion: [ByteString]]

  /// The lines of go.sum, or of go.work.sum, by the module and version that they are about.
  let lines: Lines
  /// Those of each go.sum in a workspace.
  var members: [Lines] = []
  /// Whether a module needs a line; in a workspace Go does not ask for one.
  let isRequired: Bool

  func vouchForModuleFile(of module: ModuleVersion) -> Bool {
    !isRequired || !hashes(of: module, suffix: "/go.mod ", in: lines).isEmpty
  }

  func verification(of module: ModuleVersion, in cache: ByteString) -> ModuleScope.Verification {
    let listed = hashes(of: module, suffix: " ", in: lines)
    if isRequired, listed.isEmpty { return .noSum }
    // The cache keeps the hash of what it has unpacked.
    if let known = cachedHash(of: module, in: cache) {
      if let first = listed.first, first != known { return .wrongSum }
      // Go stops at the line that fits in its own file, and reads all lines of the others.
      if listed.isEmpty, members.contains(where: { hashes(of: module, suffix: " ", in: $0).contains { $0 != known } }) {
        return .wrongSum
      }
    }
    return vouchForModuleFile(of: module) ? .verified : .noModuleFileSum
  }

  /// The hashes of the kind that Go knows.
  private func hashes(of module: ModuleVersion, suffix: ByteString, in lines: Lines) -> [ByteString] {
    guard let found = lines[module] else { return [] }
    let start = module.path + " " + module.version + suffix
    return found.compactMap { $0.hasPrefix(start + "h1:") ? $0.dropFirst(start.count) : nil }
  }
}
