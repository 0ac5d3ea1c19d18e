import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension MainAnalysis {
  /// Returns the findings about what the linker refuses, one for each package that it names.
  ///
  /// A package that differs between the cgo modes does not link only without cgo; any other does in neither.
  package func linkerFindings(_ messages: [String]) -> [Finding] {
    var found: [ByteString: (package: Package, messages: [String])] = [:]
    for message in messages {
      // The last package has the symbol that collides; the first has the code that refers to it.
      guard let package = packages(namedIn: ByteString(message)).max(by: { !differs($0) && differs($1) }) else {
        continue
      }
      found[package.importPath, default: (package, [])].messages.append(message)
    }
    return found.sorted { $0.key < $1.key }.map { linkerFinding(about: $0.value.package, $0.value.messages) }
  }

  /// The packages of the closure without cgo whose import path stands in the linker's message, alone or before a symbol.
  private func packages(namedIn message: ByteString) -> [Package] {
    let words = Set(message.bytes.split { " \t\n,:()\"".utf8.contains($0) }.map { ByteString($0) })
    func isNamed(_ path: ByteString) -> Bool {
      words.contains { word in
        word == path || word.hasPrefix(path) && word.bytes[path.count] == UInt8(ascii: ".")
      }
    }
    let main = off.packages.filter { $0.importPath == self.main.importPath && isNamed("main") }
    return off.packages.filter { !$0.isStandard && isNamed($0.importPath) } + main
  }

  private func differs(_ package: Package) -> Bool {
    !package.filesGainedWithoutCgo(in: off.context).isEmpty || !package.filesLostWithoutCgo(in: off.context).isEmpty
  }

  private func linkerFinding(about package: Package, _ messages: [String]) -> Finding {
    let text = messages[0].split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: " ")
    let needsCgo = differs(package)
    let rule = !needsCgo ? Rule.goError : package.isFirstParty ? .buildFailed : .cgoDependency
    let name = locations.name(of: package).text
    // Its file for builds without cgo has the symbol, if it has one.
    let file = package.filesGainedWithoutCgo(in: off.context).first
    let label = "the linker reports an error in package \(name)\(needsCgo ? " without cgo" : "")"
    let culprit = Culprit(
      package: package,
      evidence: file.map { ($0, $0.unpackedFacts.packagePosition, nil, "this file is built only without cgo") },
      labelAtImport: label, labelAtEvidence: label)
    return finding(
      rule, culprit, in: off, predicate: Predicate("does not link\(needsCgo ? " without cgo" : ""): \(text)"),
      help: needsCgo ? advice(on: package, orElse: Self.linkerAdvice(text)) : [goBuildReportsIt])
  }

  private static func linkerAdvice(_ message: String) -> String {
    message.contains("not defined")
      ? "define the symbol in a file that is built without cgo too"
      : "import only one of the packages that define the symbol, or a version without this conflict"
  }
}
