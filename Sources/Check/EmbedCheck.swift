import Bytes
import GoGraph
import GoSource
import Loader
import Rules
import Snapshots

/// Finds `//go:embed` patterns for which there is no file: `go build` fails there, unless something makes the files first.
///
/// The source alone does not show whether that is the case, so the result is a note. Each package is looked at once.
final class EmbedCheck {
  private let tree: LoadedTree
  /// The files on disk: git ignores what a build makes.
  private lazy var disk = EmbedFinder(.disk(tree.source.snapshot.root))
  private var seen: Set<ByteString> = []

  init(_ tree: LoadedTree) { self.tree = tree }

  func notes(on main: MainAnalysis) -> [String] {
    main.off.packages.filter { $0.isInRepository && $0.embeds }.flatMap { package -> [String] in
      let directory = package.directory.name.path
      guard seen.insert(directory).inserted else { return [] }
      return package.selectFiles(in: main.off.context).go.flatMap { file in
        file.unpackedFacts.embeds.compactMap { pattern in
          guard case .failure(let error) = tree.embeds.files(pattern.pattern, in: directory),
            case .failure = disk.files(pattern.pattern, in: directory)
          else { return nil }
          let place = "\(directory.appending(file.name).text):\(pattern.position.line)"
          return
            "\(place): pattern \(pattern.pattern.text): \(error.message); go build fails, unless a generator makes them"
        }
      }
    }
  }
}
