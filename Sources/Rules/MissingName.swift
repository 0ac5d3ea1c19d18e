import Bytes
import GoGraph
import GoSource

/// A name that an error says is missing, and the excluded file that declares it.
struct Cause {
  let package: Package
  let file: SourceFile
  /// That of the name, or of the type whose field or embedded type is gone.
  let declaration: Declaration
  /// As the code that misses it writes it.
  let name: String
  /// What a file in its place would have to declare.
  let lacking: String

  /// `member` is the field of the declared type that is gone.
  init(
    _ package: Package, _ file: SourceFile, _ declaration: Declaration, as name: String, member: ByteString? = nil
  ) {
    self.package = package
    self.file = file
    self.declaration = declaration
    self.name = name
    lacking = [declaration.receiver, declaration.name, member].compactMap { $0?.text }.joined(separator: ".")
  }
}

extension Evidence {
  /// What an error is about where it is a name that cgo took away; nil for any other error.
  func cause(of error: CompilerError, in package: Package, _ looks: CgoDifferences.Looks) -> Cause? {
    /// What a lost file declares, and no other file in its place; of `changed` what is declared in another way counts too.
    func search(
      _ candidates: [Package], _ name: ByteString, _ isMethod: Bool, _ written: String, changed: Bool = false
    ) -> Cause? {
      for candidate in candidates where !candidate.isStandard && graph.differs(candidate, in: off.context) {
        lazy var left = candidate.files(in: off.context).go.flatMap { looks.declarations(candidate, $0) }
        for file in candidate.filesLostWithoutCgo(in: off.context) {
          let found = looks.declarations(candidate, file).first { declaration in
            guard declaration.name == name, (declaration.kind == .method) == isMethod else { return false }
            guard let twin = left.first(where: { $0.fullName == declaration.fullName }) else { return true }
            // Of types and values the tokens tell nothing: the complaint is taken for what it says.
            let isSame = twin.kind == declaration.kind && twin.signature == declaration.signature
            return changed && !(isSame && [.function, .method].contains(twin.kind))
          }
          if let found { return Cause(candidate, file, found, as: written) }
        }
      }
      return nil
    }
    let imported = graph.imports(of: package, in: off.context).compactMap { self.package($0.path) }
    let names = importNames(package, error.file, looks)
    let message = error.message
    if message.hasPrefix("undefined: ") {
      let written = String(message.dropFirst(11).prefix { $0 != "\n" && $0 != " " })
      let parts = ByteString(written).split(UInt8(ascii: "."))
      if parts.count == 1 {
        return search([package] + names.filter { $0.name == "." }.map(\.package), parts[0], false, written)
      }
      // The qualifier is the name that this file's imports give the package.
      let lacking = error.lacking.flatMap { self.package($0) }
      let named = lacking.map { [$0] } ?? names.filter { $0.name == parts[0] }.map(\.package)
      return search(named.isEmpty ? imported : named, parts[1], false, written)
    }
    if let missing = MissingMember(message) {
      if let type = missing.type, let search = MemberSearch(missing.name, of: type, from: package, self, looks) {
        return search.cause
      }
      // The type has no name at top level. The member may come of one that is embedded in one that the message names.
      let named = names.filter { name in ByteString(message).firstIndex(of: name.name + ".") != nil }.map(\.package)
      let embedded = named.flatMap { graph.imports(of: $0, in: off.context).compactMap { self.package($0.path) } }
      return search([package] + imported + embedded, missing.name, true, missing.name.text)
    }
    return mentioned(in: message, imported) { search($0, $1, $2, $3, changed: true) }
  }

  /// The packages that a file imports, each under the name that it has there.
  fileprivate func importNames(
    _ importer: Package, _ name: ByteString, _ looks: CgoDifferences.Looks
  ) -> [(name: ByteString, package: Package)] {
    guard let file = importer.directory.files.first(where: { $0.name == name }) else { return [] }
    let written = looks.uses(importer, file).importNames
    return file.facts.imports.flatMap { spec -> [(name: ByteString, package: Package)] in
      guard case .package(let path, _)? = graph.resolution(of: spec.path, in: importer), let package = package(path)
      else {
        return []
      }
      return (written[spec.path] ?? [nil]).map { ($0 ?? package.files(in: on.context).name, package) }
    }
  }

  /// Any other complaint about a name of a package whose file without cgo declares it in another way.
  private func mentioned(
    in message: String, _ imported: [Package], _ search: ([Package], ByteString, Bool, String) -> Cause?
  ) -> Cause? {
    let words = message.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    for word in words {
      let parts = ByteString(String(word)).split(UInt8(ascii: "."))
      guard parts.count >= 2 else { continue }
      let named = imported.filter { $0.files(in: on.context).name == parts[0] }
      if let cause = search(named, parts[1], false, word.description) { return cause }
    }
    return nil
  }
}

/// A field or method that an error says a type lacks, in the words of go/types.
private struct MissingMember {
  /// As the message writes it; nil where it has no name.
  let type: TypeMembers.Name?
  /// The import path in place of the qualifier, which the compiler writes where two packages have one name.
  let name: ByteString

  init?(_ text: String) {
    let message = ByteString(text)
    if let marker = message.firstIndex(of: Self.undefined) {
      // x.Close undefined (type *db.Conn has no field or method Close)
      let rest = message.dropFirst(marker + Self.undefined.count)
      name = ByteString(rest.bytes.prefix { !"),\n".utf8.contains($0) })
      let subject = ByteString(message.bytes[..<marker])
      type = subject.lastIndex(of: "(type ").flatMap { Self.typeName(subject.dropFirst($0 + 6)) }
    } else if message.hasPrefix(Self.unknown), let marker = message.firstIndex(of: Self.literal) {
      // unknown field Handle in struct literal of type db.Conn
      name = ByteString(message.bytes[Self.unknown.count..<marker])
      type = Self.typeName(message.dropFirst(marker + Self.literal.count).fields.first ?? "")
    } else if let marker = message.firstIndex(of: Self.unmet), let name = Self.method(message.dropFirst(marker)) {
      // cannot use x (variable of type db.Conn) as io.Closer value in argument: db.Conn does not implement io.Closer (missing
      // method Close)
      self.name = name
      let words = message.bytes[..<marker].split { " \n\t".utf8.contains($0) }
      type = words.last.flatMap { Self.typeName(ByteString($0)) }
    } else {
      return nil
    }
  }

  private static let undefined: ByteString = " has no field or method "
  private static let unknown: ByteString = "unknown field "
  private static let literal: ByteString = " in struct literal of type "
  private static let unmet: ByteString = " does not implement "

  /// The name in `(missing method Close)`, which Go 1.19 writes as `(missing Close method)`.
  private static func method(_ reason: ByteString) -> ByteString? {
    let marker: ByteString = "(missing "
    guard let start = reason.firstIndex(of: marker) else { return nil }
    let words = ByteString(reason.dropFirst(start + marker.count).bytes.prefix { $0 != UInt8(ascii: ")") }).fields
    guard words.count == 2, let name = words.first(where: { $0 != "method" }) else { return nil }
    return name
  }

  /// `*db.Conn[int]` without its pointers and type arguments.
  private static func typeName(_ text: ByteString) -> TypeMembers.Name? {
    let bare = ByteString(text.bytes.drop { $0 == UInt8(ascii: "*") }.prefix { $0 != UInt8(ascii: "[") })
    // A path in quotes, where two packages have one name.
    let dot = bare.bytes.lastIndex(of: UInt8(ascii: "."))
    let name = dot.map { bare.dropFirst($0 + 1) } ?? bare
    guard !name.isEmpty, !name.bytes.contains(where: { " ({\"".utf8.contains($0) }) else { return nil }
    return TypeMembers.Name(qualifier: dot.map { ByteString(bare.bytes[..<$0]) }, name: name)
  }
}

/// Looks for what took a member from a type: a method of it, or of a type whose members it has, in a file that is out
/// without cgo; or a type that is declared there in another way.
private struct MemberSearch {
  private struct Home: Hashable {
    let package: ByteString
    let type: ByteString
  }

  private let evidence: Evidence
  private let looks: CgoDifferences.Looks
  private let member: ByteString
  /// The type and all whose members it has, with cgo or without, nearest first.
  private var homes: [(package: Package, type: ByteString)] = []
  private static let limit = 1_000

  /// Nil where no package of the closure declares the type at top level.
  init?(
    _ member: ByteString, of type: TypeMembers.Name, from package: Package, _ evidence: Evidence,
    _ looks: CgoDifferences.Looks
  ) {
    self.member = member
    self.evidence = evidence
    self.looks = looks
    var seen: Set<Home> = []
    var isDeclared = false
    func note(_ package: Package, _ type: ByteString) {
      guard homes.count < Self.limit, seen.insert(Home(package: package.importPath, type: type)).inserted else {
        return
      }
      homes.append((package, type))
    }
    for package in type.qualifier.map(evidence.packages(called:)) ?? [package] { note(package, type.name) }
    var next = 0
    while next < homes.count {
      let (package, type) = homes[next]
      next += 1
      for file in evidence.files(of: package) {
        guard let members = looks.members(package, file)[type] else { continue }
        isDeclared = true
        for other in members.embedded {
          guard let qualifier = other.qualifier else {
            note(package, other.name)
            continue
          }
          for (name, imported) in evidence.importNames(package, file.name, looks) where name == qualifier {
            note(imported, other.name)
          }
        }
      }
    }
    guard isDeclared else { return nil }
  }

  /// Nil where cgo has nothing to do with it.
  var cause: Cause? {
    let differing = homes.filter {
      !$0.package.isStandard && evidence.graph.differs($0.package, in: evidence.off.context)
    }
    for (package, type) in differing {
      let left = package.files(in: evidence.off.context).go.flatMap { looks.declarations(package, $0) }
      for file in package.filesLostWithoutCgo(in: evidence.off.context) {
        let found = looks.declarations(package, file).first { $0.name == member && $0.receiver == type }
        guard let found, !left.contains(where: { $0.fullName == found.fullName }) else { continue }
        return Cause(package, file, found, as: member.text)
      }
    }
    // Any of the types had it, and one is not the same without cgo: it lacks the field, or what had the method.
    guard homes.contains(where: hadMember) else { return nil }
    for (package, type) in differing {
      for file in package.filesLostWithoutCgo(in: evidence.off.context) {
        let found = looks.declarations(package, file).first { $0.kind == .type && $0.name == type }
        if let found { return Cause(package, file, found, as: member.text, member: member) }
      }
    }
    return nil
  }

  /// Whether a type has the member of its own with cgo.
  private func hadMember(_ package: Package, _ type: ByteString) -> Bool {
    package.files(in: evidence.on.context).active.contains { file in
      looks.members(package, file)[type]?.names.contains(member) ?? false
        || looks.declarations(package, file).contains { $0.name == member && $0.receiver == type }
    }
  }
}

extension Evidence {
  /// The packages of the closure that a message calls by this name, or by their import path in quotes.
  fileprivate func packages(called name: ByteString) -> [Package] {
    if name.hasPrefix("\""), name.hasSuffix("\"") {
      return package(name.dropFirst(1).dropLast(1)).map { [$0] } ?? []
    }
    return off.packages.filter { $0.files(in: on.context).name == name }
  }

  /// The Go files of a package that one of the two views has.
  fileprivate func files(of package: Package) -> [SourceFile] {
    package.files(in: on.context).active + package.filesGainedWithoutCgo(in: off.context)
  }
}
