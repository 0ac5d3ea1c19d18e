import Bytes
import Diagnostics
import GoBuild
import Loader
import Rules

/// A main on one target.
struct MainOnTarget: Hashable {
  let main: MainName
  let target: Target
}

/// A main on one target that is judged, with the results of the stages.
struct Case {
  let key: MainOnTarget
  /// Computes the closures at each call, since those of a thousand mains would fill the memory.
  let analyze: () -> MainAnalysis
  let change: Change
  let source: SourceVerdict
  /// The first package that only the compiler can decide; computed if nothing is to be built.
  let undecided: ByteString?
  let notes: [String]
  /// Whether a file to embed is missing that nothing makes, which the source alone does not prove.
  var lacksFiles = false

  /// How the change affects a main.
  struct Change {
    var isAffected = true
    /// The inputs of the main that differ from the base.
    var because: [ByteString] = []
    /// The shortest chain of imports to one of these inputs, if requested.
    var chain: [Hop] = []
  }
}

/// The cases of one group of modules on one target: what is built together.
struct CaseGroup {
  let group: LoadedGroup
  let target: Target
  let locations: LocationResolver
  let cases: [Case]
  /// The mains that are meant to use cgo. They are listed, not judged.
  let exempt: [Case]
  /// Whether the group has a main that the patterns match.
  let hasRequestedMains: Bool
}
