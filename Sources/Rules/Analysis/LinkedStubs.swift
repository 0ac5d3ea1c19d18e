package import Bytes
package import Diagnostics
import GoGraph
import GoSource
package import Linkage

/// A question for the linker about a package that is a stub without cgo: does the program contain the stub?
package struct StubQuestion: Sendable {
  package let culprit: ByteString
  /// All functions of one package.
  package let stubs: [FunctionName]
  /// The packages that reach it, itself included. A call that one of them inlines can vanish.
  package let inlining: [ByteString]

  /// Returns the stubs that a program contains. A method counts with any receiver, since a receiver may be an alias.
  package func contained(_ linked: Set<FunctionName>) -> [FunctionName] {
    let methods = Set(linked.filter { $0.receiver != nil }.map { FunctionName(package: $0.package, name: $0.name) })
    return stubs.filter { stub in
      stub.receiver == nil
        ? linked.contains(stub) : methods.contains(FunctionName(package: stub.package, name: stub.name))
    }
  }
}

/// The answer of a linked program to a question about a stub.
package struct StubAnswer: Sendable, Hashable {
  package let culprit: ByteString
  /// The stubs that the program contains.
  package let linked: [FunctionName]
  /// The stubs that it contains if nothing on the way to them is inlined: these may be called.
  package var possible: [FunctionName]
  /// The calls from `main.main` to the first of them, by the linker's own reasons; empty where it gives none.
  package var calls: [String]

  package init(culprit: ByteString, linked: [FunctionName], possible: [FunctionName], calls: [String] = []) {
    self.culprit = culprit
    self.linked = linked
    self.possible = possible
    self.calls = calls
  }
}

extension MainAnalysis {
  /// Returns the questions about the stubs that findings of the source report. A stub that is a variable, or that a
  /// package registers, has no question: no function shows whether it is used.
  package func stubQuestions(_ findings: [Finding], _ differences: CgoDifferences) -> [StubQuestion] {
    findings.filter { $0.rule == .cgoStub }.compactMap { finding in
      guard let package = package(finding.culprit) else { return nil }
      let difference = differences.difference(of: package, off.context)
      let isFunction = difference.stubs.allSatisfy { [.function, .method].contains($0.place.declaration.kind) }
      guard difference.registered == nil, isFunction else { return nil }
      let path = linkerPath(package)
      return StubQuestion(
        culprit: package.importPath,
        stubs: difference.stubs.map { FunctionName(package: path, receiver: $0.receiver, name: $0.name) },
        inlining: packages(reaching: package.importPath))
    }
  }

  /// Returns the packages that import a package, directly or indirectly, and the package itself.
  private func packages(reaching path: ByteString) -> [ByteString] {
    var found: Set<ByteString> = [path]
    var queue = [path]
    while let next = queue.popLast() {
      for importer in off.importers(of: next) where found.insert(importer.importPath).inserted {
        queue.append(importer.importPath)
      }
    }
    return found.sorted()
  }

  /// The path of a package in the linker's symbols.
  private func linkerPath(_ package: Package) -> ByteString {
    package.importPath == main.importPath ? "main" : package.importPath
  }

  /// Returns the findings of the source as far as the binary confirms them: without stubs that it does not contain, and
  /// with the calls that lead to those that it does.
  package func confirmed(_ findings: [Finding], by answers: [StubAnswer], _ differences: CgoDifferences) -> [Finding] {
    findings.compactMap { finding in
      guard finding.rule == .cgoStub, let answer = answers.first(where: { $0.culprit == finding.culprit }),
        let package = package(finding.culprit)
      else { return finding }
      if answer.possible.isEmpty { return nil }
      let difference = differences.difference(of: package, off.context)
      var proved = stub(package, difference, differences, linked: Set(answer.possible)) ?? finding
      proved.severity = finding.severity
      // The branch with a call may have been removed as dead code, where only the program without inlining has it.
      if !answer.linked.isEmpty { proved.proof = .linker }
      proved.calls = answer.calls
      return proved
    }
  }

  /// The verdict that findings of the source prove.
  package func verdict(of findings: [Finding], _ differences: CgoDifferences) -> (verdict: Verdict, reason: String) {
    SourceFacts(self, differences).verdict(of: findings)
  }
}
