import Bytes
import Diagnostics
import GoBuild
import GoModule

/// Compares vendor/modules.txt with the go.mod files that it was made from. If they disagree, Go refuses to build
/// anything (cmd/go/internal/modload/vendor.go, checkVendorConsistency).
struct VendorConsistency {
  let list: VendorModules
  let modules: [ModuleGroup.Module]
  let workspace: ByteString?
  let work: GoWork?

  /// The first disagreement, in Go's order; nil if they agree.
  var failure: JudgementError? {
    // The lists of older modules do not hold enough information.
    let version = modules[0].file.go.flatMap(GoVersion.init)
    guard workspace != nil || version.map({ $0 >= GoVersion(1, 14) }) ?? false else { return nil }
    let listed = Dictionary(
      list.modules.map { (ModuleVersion(path: $0.path, version: $0.version), $0) }, uniquingKeysWith: { $1 })
    for module in modules {
      let file = module.directory.appending("go.mod")
      for requirement in module.file.requirements where listed[requirement.module]?.isExplicit != true {
        return failure(
          file, requirement.line, "\(name(requirement.module)) is required, but \(listPath) does not mark it explicit")
      }
    }
    for (replacements, file) in replacementFiles {
      for replacement in replacements {
        let old = ModuleVersion(path: replacement.path, version: replacement.version ?? "")
        guard let wanted = effective(old), wanted != listed[old]?.replacement else { continue }
        return failure(file, nil, "\(name(old)) is replaced, but \(listPath) does not list that replacement")
      }
    }
    let required = Set(modules.flatMap { $0.file.requirements.map(\.module) })
    for listed in list.modules where listed.isExplicit && listed.hasPackages {
      let known = ModuleVersion(path: listed.path, version: listed.version)
      if !listed.version.isEmpty, !required.contains(known) {
        return failure(
          listPath, listed.line, "\(name(known)) is listed as an explicit requirement, but no go.mod requires it")
      }
    }
    for listed in list.modules where listed.replacement != nil {
      let old = ModuleVersion(path: listed.path, version: listed.version)
      if effective(old) == nil {
        return failure(listPath, listed.line, "\(name(old)) is replaced here, but no go.mod replaces it")
      }
    }
    return nil
  }

  private var base: ByteString { workspace?.directory ?? modules[0].directory }

  private var listPath: ByteString { base.appending("vendor/modules.txt") }

  private var replacementFiles: [(replacements: [Replacement], file: ByteString)] {
    let files = modules.map { ($0.file.replacements, $0.directory.appending("go.mod")) }
    return files + (workspace.map { [(work?.replacements ?? [], $0)] } ?? [])
  }

  /// The replacement of a module, or nil. A directory is written as in the list: in a workspace, relative to it.
  private func effective(_ module: ModuleVersion) -> Replacement.Target? {
    if module.version.isEmpty, modules.contains(where: { $0.file.module == module.path }) { return nil }
    for (replacements, file) in replacementFiles.reversed() {
      guard let found = GoMod.replacement(of: module, in: replacements) else { continue }
      guard workspace != nil, case .directory(let target) = found.target, !target.hasPrefix("/") else {
        return found.target
      }
      return .directory(file.directory.appending(target).cleaned.relativePath(from: base))
    }
    return nil
  }

  private func name(_ module: ModuleVersion) -> String {
    module.version.isEmpty ? module.path.text : "\(module.path.text)@\(module.version.text)"
  }

  private func failure(_ file: ByteString, _ line: Int?, _ message: String) -> JudgementError {
    let advice = workspace == nil ? "go mod vendor" : "go work vendor"
    return JudgementError(
      message: "\(file.text):\(line.map { "\($0):" } ?? "") \(message). Run: \(advice)", file: file)
  }
}
