import Builds
import Bytes
import GoGraph
import GoSource
import Loader
import Rules
import Snapshots

/// Finds `//go:embed` patterns for which there is no file: `go build` fails there, unless something makes the files first.
///
/// Each package is looked at once for its notes.
final class EmbedCheck {
  /// The files that a main lacks.
  struct Result {
    var notes: [String] = []
    /// Whether a pattern lacks files that nothing in the repository makes: only the compiler is left to ask.
    var isCertain = false
  }

  private let tree: LoadedTree
  private var snapshot: Snapshot { tree.source.snapshot }
  /// The files on disk: git ignores what a build makes.
  private lazy var disk = EmbedFinder(.disk(snapshot.root))
  private var makers: FileMakers
  private var results: [ByteString: Result] = [:]

  init(_ tree: LoadedTree, _ workTree: WorkTreeQueries) {
    self.tree = tree
    makers = FileMakers(tree.source.snapshot, notIgnored: { try? workTree.notIgnored($0) })
  }

  func result(of main: MainAnalysis) -> Result {
    var all = Result()
    for package in main.off.packages where package.isInRepository && package.embeds {
      let directory = package.directory.name.path
      let known = results[directory]
      let result = known ?? self.result(of: package, main)
      results[directory] = result
      if known == nil { all.notes += result.notes }
      all.isCertain = all.isCertain || result.isCertain
    }
    return all
  }

  private func result(of package: Package, _ main: MainAnalysis) -> Result {
    let directory = package.directory.name.path
    var result = Result()
    for file in package.selectFiles(in: main.off.context).go {
      for pattern in file.unpackedFacts.embeds {
        guard case .failure(let error) = tree.embeds.files(pattern.pattern, in: directory),
          case .failure = disk.files(pattern.pattern, in: directory)
        else { continue }
        let place = "\(directory.appending(file.name).text):\(pattern.position.line)"
        result.notes.append(
          "\(place): pattern \(pattern.pattern.text): \(error.message); go build fails, unless a generator makes them")
        if !makers.mayMake(pattern.pattern, in: directory) { result.isCertain = true }
      }
    }
    return result
  }
}
