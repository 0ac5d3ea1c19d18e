import Bytes
import GoGraph
import GoModule
import System

/// The go.sum entries of a module or a workspace (cmd/go/internal/modfetch/fetch.go, haveModSumLocked).
struct GoSum {
  package typealias Lines = [ModuleVersion: [ByteString]]

  /// The lines of go.sum or go.work.sum, by module and version.
  let lines: Lines
  /// The lines of each go.sum in a workspace.
  var members: [Lines] = []
  /// Whether a module needs a line; in a workspace Go does not require one.
  let isRequired: Bool

  func vouchForModuleFile(of module: ModuleVersion) -> Bool {
    !isRequired || !hashes(of: module, suffix: "/go.mod ", in: lines).isEmpty
  }

  func verification(of module: ModuleVersion, in cache: ByteString) -> ModuleScope.Verification {
    let listed = hashes(of: module, suffix: " ", in: lines)
    if isRequired, listed.isEmpty { return .noSum }
    // The module cache stores the hash of each module that it has unpacked.
    if let known = cachedHash(of: module, in: cache) {
      if let first = listed.first, first != known { return .wrongSum }
      // Go stops at the first matching line in `lines`, but checks every line of the workspace members.
      if listed.isEmpty, members.contains(where: { hashes(of: module, suffix: " ", in: $0).contains { $0 != known } }) {
        return .wrongSum
      }
    }
    return vouchForModuleFile(of: module) ? .verified : .noModuleFileSum
  }

  /// Returns the hashes in the format that Go supports (`h1:`).
  private func hashes(of module: ModuleVersion, suffix: ByteString, in lines: Lines) -> [ByteString] {
    guard let found = lines[module] else { return [] }
    let start = module.path + " " + module.version + suffix
    return found.compactMap { $0.hasPrefix(start + "h1:") ? $0.dropFirst(start.count) : nil }
  }
}
