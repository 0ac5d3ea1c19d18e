package import Bytes
package import GoGraph
package import GoSource

/// What packages lose without cgo, and whether anything misses it: each question is answered once for all mains.
///
/// It reads the files in question, so it is asked only where the compiler is not.
package final class CgoLosses {
  private let declarations: (Package, SourceFile) -> [Declaration]
  private let identifiers: (Package, SourceFile) -> Set<ByteString>
  private var answers: [BuildContext: Answers] = [:]

  /// What is known in one context, by import path.
  private final class Answers {
    var losses: [ByteString: Loss] = [:]
    /// By importer too: whether it uses what the package loses.
    var uses: [ByteString: [ByteString: Bool]] = [:]
  }

  private enum Loss {
    /// Every lost name is declared again.
    case nothing
    /// These types, with whatever methods they have.
    case types(Set<ByteString>)
    /// A lost method of a type that stays may be missed without being named.
    case methods
  }

  package init(
    declarations: @escaping (Package, SourceFile) -> [Declaration],
    identifiers: @escaping (Package, SourceFile) -> Set<ByteString>
  ) {
    self.declarations = declarations
    self.identifiers = identifiers
  }

  /// The first package outside the standard library of which the source cannot say whether what is left of it does.
  ///
  /// `differing` are the packages that are not the same without cgo, as `judgeSource` has found them.
  package func undecided(_ evidence: Evidence, differing: [ByteString]) -> ByteString? {
    if differing.isEmpty { return nil }
    let known = answers[evidence.off.context] ?? Answers()
    answers[evidence.off.context] = known
    return differing.first { path in
      if case .nothing? = known.losses[path] { return false }
      return evidence.package(path).map { !isReplacedInFull($0, evidence.off, known) } ?? false
    }
  }

  /// Whether the source shows that nothing misses what a package loses without cgo: every lost name is declared again,
  /// or nothing that is left in the package, and no package that imports it, uses the name.
  private func isReplacedInFull(_ package: Package, _ closure: Closure, _ known: Answers) -> Bool {
    let path = package.importPath
    let loss = known.losses[path] ?? loss(of: package, closure.context)
    known.losses[path] = loss
    switch loss {
    case .nothing: return true
    case .methods: return false
    case .types(let types):
      return (closure.importers(of: path) + [package]).allSatisfy { user in
        if let answer = known.uses[path]?[user.importPath] { return !answer }
        let uses = user.files(in: closure.context).go.contains { !identifiers(user, $0).isDisjoint(with: types) }
        known.uses[path, default: [:]][user.importPath] = uses
        return !uses
      }
    }
  }

  private func loss(of package: Package, _ context: BuildContext) -> Loss {
    struct Name: Hashable {
      let receiver: ByteString?
      let name: ByteString
    }
    func names(_ files: [SourceFile]) -> Set<Name> {
      Set(files.flatMap { declarations(package, $0) }.map { Name(receiver: $0.receiver, name: $0.name) })
        .subtracting([Name(receiver: nil, name: "init"), Name(receiver: nil, name: "_")])
    }
    let lost = names(package.filesLostWithoutCgo(in: context))
      .subtracting(names(package.filesGainedWithoutCgo(in: context)))
    if lost.isEmpty { return .nothing }
    let types = Set(lost.filter { $0.receiver == nil }.map(\.name))
    return lost.allSatisfy { $0.receiver.map(types.contains) ?? true } ? .types(types) : .methods
  }
}
