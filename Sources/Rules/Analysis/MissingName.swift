import Bytes
import Diagnostics
import GoGraph
import GoSource

/// A name that an error reports as missing, and the excluded file that declares it.
struct Cause {
  let package: Package
  let file: SourceFile
  /// The declaration of the name, or of the type that loses a field or an embedded type.
  let declaration: Declaration
  /// The name as written in the code that misses it.
  let name: String
  /// The name that a file for builds without cgo would have to declare.
  let lacking: String
  /// Whether that is a field of a type that the build without cgo has.
  let isField: Bool
  /// The declaration of the same name that the build without cgo has, where it is another one; nil where it has none.
  let twin: (file: SourceFile, declaration: Declaration)?

  /// `member` is the field that the declared type loses.
  init(
    _ package: Package, _ file: SourceFile, _ declaration: Declaration, as name: String, member: ByteString? = nil,
    twin: (file: SourceFile, declaration: Declaration)? = nil
  ) {
    self.twin = twin
    self.package = package
    self.file = file
    self.declaration = declaration
    self.name = name
    isField = member != nil
    lacking = [declaration.receiver, declaration.name, member].compactMap { $0?.text }.joined(separator: ".")
  }
}

extension Cause {
  /// How the declaration of the build without cgo differs.
  var change: String {
    guard let twin else { return "" }
    let (one, two) = (declaration.kind, twin.declaration.kind)
    return one == two ? "with another signature" : "as a \(two.rawValue), not a \(one.rawValue)"
  }
}

extension MainAnalysis {
  /// Returns the lost name that causes an error; nil for an error that does not come from cgo.
  func cause(of error: CompilerError, in package: Package, _ inspector: CgoDifferences.Inspector) -> Cause? {
    /// Finds a name that a lost file declares and no remaining file does; with `changed`, also one that a remaining
    /// file declares differently.
    func search(
      _ candidates: [Package], _ name: ByteString, _ isMethod: Bool, _ written: String, changed: Bool = false
    ) -> Cause? {
      for candidate in candidates where !candidate.isStandard && graph.differs(candidate, in: off.context) {
        lazy var left = candidate.selectFiles(in: off.context).go.flatMap { file in
          inspector.declarations(candidate, file).map { (file: file, declaration: $0) }
        }
        func twin(_ declaration: Declaration) -> (file: SourceFile, declaration: Declaration)? {
          left.first { $0.declaration.fullName == declaration.fullName }
        }
        for file in candidate.filesLostWithoutCgo(in: off.context) {
          let found = inspector.declarations(candidate, file).first { declaration in
            guard declaration.name == name, (declaration.kind == .method) == isMethod else { return false }
            guard let twin = twin(declaration)?.declaration else { return true }
            // For types and values the tokens do not show a difference, so the error is trusted.
            let isSame = twin.kind == declaration.kind && twin.signature == declaration.signature
            return changed && !(isSame && [.function, .method].contains(twin.kind))
          }
          if let found { return Cause(candidate, file, found, as: written, twin: twin(found)) }
          // The names that SWIG makes are those that no file declares.
          if file.isSwig, !isMethod, !left.contains(where: { $0.declaration.name == name }) {
            return Cause(candidate, file, Declaration(madeBySwig: name), as: written)
          }
        }
      }
      return nil
    }
    let imported = graph.imports(of: package, in: off.context).compactMap { self.package($0.path) }
    let names = importNames(package, error.file, inspector)
    let message = error.message
    switch error.complaint {
    case .undefined(let written):
      let parts = ByteString(written).split(UInt8(ascii: "."))
      if parts.count == 1 {
        return search([package] + names.filter { $0.name == "." }.map(\.package), parts[0], false, written)
      }
      // The qualifier is the package's name in the imports of this file.
      let lacking = error.lacking.flatMap { self.package($0) }
      let named = lacking.map { [$0] } ?? names.filter { $0.name == parts[0] }.map(\.package)
      return search(named.isEmpty ? imported : named, parts[1], false, written)
    case .missingMember(let missing):
      let type = missing.type.map { TypeMembers.Name(qualifier: $0.qualifier, name: $0.name) }
      if let type, let search = MemberSearch(missing.name, of: type, from: package, self, inspector) {
        return search.cause
      }
      // A type declared in a function may embed any type, and an unnamed struct those in its text; no other type can
      // have the lost member.
      guard missing.isLocal || missing.isLiteral else { return nil }
      let named = names.filter { name in ByteString(message).firstIndex(of: name.name + ".") != nil }.map(\.package)
      let embedded = named.flatMap { graph.imports(of: $0, in: off.context).compactMap { self.package($0.path) } }
      return search((missing.isLocal ? [package] + imported : named) + embedded, missing.name, true, missing.name.text)
    case .code, .link, .module, .other:
      return mentioned(in: message, imported) { search($0, $1, $2, $3, changed: true) }
    }
  }

  /// The packages that a file imports, each with its name in that file.
  fileprivate func importNames(
    _ importer: Package, _ name: ByteString, _ inspector: CgoDifferences.Inspector
  ) -> [(name: ByteString, package: Package)] {
    guard let file = importer.directory.files.first(where: { $0.name == name }) else { return [] }
    let written = inspector.uses(importer, file).importNames
    return file.unpackedFacts.imports.flatMap { spec -> [(name: ByteString, package: Package)] in
      guard case .package(let path, _)? = graph.resolution(of: spec.path, in: importer), let package = package(path)
      else {
        return []
      }
      return (written[spec.path] ?? [nil]).map { ($0 ?? package.selectFiles(in: on.context).name, package) }
    }
  }

  /// Returns the cause of any other error that mentions a name that a package declares differently without cgo.
  private func mentioned(
    in message: String, _ imported: [Package], _ search: ([Package], ByteString, Bool, String) -> Cause?
  ) -> Cause? {
    let words = message.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    for word in words {
      let parts = ByteString(String(word)).split(UInt8(ascii: "."))
      guard parts.count >= 2 else { continue }
      let named = imported.filter { $0.selectFiles(in: on.context).name == parts[0] }
      if let cause = search(named, parts[1], false, word.description) { return cause }
    }
    return nil
  }
}

extension SourceFile {
  var isSwig: Bool { kind == .swig || kind == .swigCXX }
}

extension Complaint.MissingMember {
  /// Whether the type may be declared inside a function.
  fileprivate var isLocal: Bool { type.map { $0.qualifier == nil && !predeclaredTypes.contains($0.name) } ?? false }
}

private let predeclaredTypes: Set<ByteString> = [
  "any", "bool", "byte", "comparable", "complex128", "complex64", "error", "float32", "float64", "int", "int16",
  "int32", "int64", "int8", "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr", "map", "chan",
  "func", "struct", "interface",
]

/// Searches for the reason why a type loses a member: a method of the type, or of a type whose members it has, in a
/// file that is excluded without cgo; or a type that such a file declares differently.
private struct MemberSearch {
  /// A type and its package.
  private struct Home: Hashable {
    let package: ByteString
    let type: ByteString
    /// Whether its methods count. A type that is declared as another one has only the fields of that one.
    let hasMethods: Bool
  }

  private let evidence: MainAnalysis
  private let inspector: CgoDifferences.Inspector
  private let member: ByteString
  /// The type and all types whose members it has, with or without cgo, nearest first.
  private var homes: [Home] = []
  private static let limit = 1_000

  /// Nil where no package of the closure declares the type at top level.
  init?(
    _ member: ByteString, of type: TypeMembers.Name, from package: Package, _ evidence: MainAnalysis,
    _ inspector: CgoDifferences.Inspector
  ) {
    self.member = member
    self.evidence = evidence
    self.inspector = inspector
    var seen: Set<Home> = []
    var files: [ByteString: [SourceFile]] = [:]
    var isDeclared = false
    func note(_ package: Package, _ type: ByteString, _ hasMethods: Bool) {
      let home = Home(package: package.importPath, type: type, hasMethods: hasMethods)
      guard homes.count < Self.limit, seen.insert(home).inserted else { return }
      homes.append(home)
    }
    for package in type.qualifier.map(evidence.packages(called:)) ?? [package] { note(package, type.name, true) }
    var next = 0
    while next < homes.count {
      let home = homes[next]
      next += 1
      guard let package = evidence.package(home.package) else { continue }
      if files[home.package] == nil { files[home.package] = evidence.files(of: package) }
      for file in files[home.package] ?? [] {
        guard let members = inspector.members(package, file)[home.type] else { continue }
        isDeclared = true
        // An alias is the type itself, so the methods count as they do for the alias.
        let embedded = members.embedded.map { ($0, members.isAlias ? home.hasMethods : true) }
        for (other, hasMethods) in embedded + members.declaredAs.map({ ($0, false) }) {
          guard let qualifier = other.qualifier else {
            note(package, other.name, hasMethods)
            continue
          }
          for (name, imported) in evidence.importNames(package, file.name, inspector) where name == qualifier {
            note(imported, other.name, hasMethods)
          }
        }
      }
    }
    guard isDeclared else { return nil }
  }

  /// The declaration that the type loses or that changes; nil where cgo is not the reason.
  var cause: Cause? {
    var changed: Cause?
    var hadMember = false
    for (path, homes) in homes.grouped(by: \.package) {
      guard let package = evidence.package(path) else { continue }
      let (own, methods) = (Set(homes.map(\.type)), Set(homes.filter(\.hasMethods).map(\.type)))
      func isMethod(_ declaration: Declaration) -> Bool {
        declaration.name == member && (declaration.receiver.map(methods.contains) ?? false)
      }
      hadMember =
        hadMember
        || package.selectFiles(in: evidence.on.context).active.contains { file in
          inspector.members(package, file).contains { own.contains($0.key) && $0.value.names.contains(member) }
            || inspector.declarations(package, file).contains(where: isMethod)
        }
      guard !package.isStandard, evidence.graph.differs(package, in: evidence.off.context) else { continue }
      let left = Set(
        package.selectFiles(in: evidence.off.context).go.flatMap { inspector.declarations(package, $0) }.map(\.fullName)
      )
      for file in package.filesLostWithoutCgo(in: evidence.off.context) {
        for declaration in inspector.declarations(package, file) {
          if isMethod(declaration), !left.contains(declaration.fullName) {
            return Cause(package, file, declaration, as: member.text)
          }
          if changed == nil, declaration.kind == .type, own.contains(declaration.name) {
            changed = Cause(package, file, declaration, as: member.text, member: member)
          }
        }
      }
    }
    // With cgo one of the types has the member, and without cgo one of them differs: it lacks the field, or the
    // embedded type that has the method.
    return hadMember ? changed : nil
  }
}

extension Sequence {
  /// The elements grouped by a key, in the order in which each key first appears.
  fileprivate func grouped<Key: Hashable>(by key: (Element) -> Key) -> [(key: Key, elements: [Element])] {
    var locations: [Key: Int] = [:]
    var groups: [(key: Key, elements: [Element])] = []
    for element in self {
      let place = locations[key(element), default: groups.count]
      if place == groups.count { groups.append((key(element), [])) }
      locations[key(element)] = place
      groups[place].elements.append(element)
    }
    return groups
  }
}

extension MainAnalysis {
  /// The packages of the closure that a message means by a name or by a quoted import path.
  fileprivate func packages(called name: ByteString) -> [Package] {
    if name.hasPrefix("\""), name.hasSuffix("\"") {
      return package(name.dropFirst(1).dropLast(1)).map { [$0] } ?? []
    }
    return off.packages.filter { $0.selectFiles(in: on.context).name == name }
  }

  /// The Go files of a package that are active in either cgo mode.
  fileprivate func files(of package: Package) -> [SourceFile] {
    package.selectFiles(in: on.context).active + package.filesGainedWithoutCgo(in: off.context)
  }
}
