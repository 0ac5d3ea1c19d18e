import Bytes
import GoBuild
import GoGraph
import GoModule
import GoToolchain
import Loader
import Modules
import Plan
import Snapshots
import System

/// The errors of `go list` for import paths that resolve to no package.
extension Listing {
  /// Returns Go's error for a package in a module without a go.sum entry (modload/import.go, ImportMissingSumError).
  private func missingSum(
    _ resolutionError: ResolutionError, _ path: ByteString, modules: [ByteString], isFound: Bool,
    _ importer: ByteString?
  ) -> String {
    let message = resolutionError.message(path)
    let rest = isFound ? " is provided by exactly one module" : ""
    guard let importer else {
      return "\(message)\(rest); to add:\n\tgo mod download \(modules.map(\.text).joined(separator: " "))"
    }
    let owner = group.scope.dependencies.filter { importer.isWithin($0.key) }.max { $0.key.count < $1.key.count }
    let version = mainModule(of: importer) == nil ? owner.map { $0.value.replaced ?? $0.value.module }?.version : nil
    return "\(message) (imported by \(importer.text))\(rest); to add:\n\tgo get \(importer.text)"
      + (version.map { "@" + $0.text } ?? "")
  }

  /// The `go` line of go.mod if it is older than 1.14, so that Go ignores an existing vendor directory; nil otherwise.
  private var unusedVendor: String? {
    guard group.workspace == nil, group.scope.vendor == nil, toolchain.flags.mod == nil,
      group.modules[0].file.goVersion < GoVersion(1, 14)
    else { return nil }
    let isThere = source.snapshot.holdsFiles(below: group.directory.appending("vendor"))
    return isThere ? group.modules[0].file.go?.text ?? "unspecified" : nil
  }

  /// Returns Go's error for a path in a module whose replacement directory is unusable.
  private func unusable(_ replacement: ResolutionError.Replacement, _ path: ByteString) -> String {
    let name = replacement.module.path
    let what = "\(name.text)@\(replacement.module.version.text)"
    let inside = replacement.place.relative(to: source.snapshot.root)
    guard isDirectory(replacement.place) || inside.map(source.snapshot.holdsFiles(below:)) ?? false else {
      return "\(what): replacement directory \(replacement.target.text) does not exist"
    }
    let file = replacement.place.appending("go.mod")
    // go.mod exists, but staticgo may not read it. Go has no error for that case, so the message is our own.
    guard !isFile(file) else {
      let resolutionError = ResolutionError.unusableReplacement(replacement)
      return "\(resolutionError.message(path)); \(resolutionError.advice(path))"
    }
    // If the package exists, Go's error is about its module; if not, it is about the graph of all modules.
    let package = replacement.place.appending(path.relative(to: name) ?? "")
    let isThere = package.relative(to: source.snapshot.root).map(source.snapshot.goDirectories.contains)
    let subject =
      isThere ?? false ? "module \(replacement.target.text)" : "\(what) (replaced by \(replacement.target.text))"
    return "\(subject): reading \(short(file).text): open \(file.text): no such file or directory"
  }

  /// Returns Go's error for a path that resolves to no package. `root` is the package on the command line that led to
  /// the path, `importer` the package nearest to `root` that imports it.
  func resolutionError(
    of path: ByteString, _ resolutionError: ResolutionError, from root: ByteString?, importer: ByteString?
  ) -> String {
    if path == "." || path == ".." || path.hasPrefix("./") || path.hasPrefix("../") {
      return "\"\(path.text)\" is relative, but relative import paths are not supported in module mode"
    }
    if path.hasPrefix("/") { return "\"\(path.text)\" is not a package path; see 'go help packages'" }
    if ["all", "std", "cmd"].contains(path) {
      return "\"\(path.text)\" is not an importable package; see 'go help packages'"
    }
    switch resolutionError {
    case .malformed: return resolutionError.message(path)
    case .unusableReplacement(let replacement): return unusable(replacement, path)
    case .ambiguous(let providers): return ResolutionError.ambiguity(of: path, providers, place: source.path(onDisk:))
    case .noSum(let modules, let isFound):
      return missingSum(resolutionError, path, modules: modules, isFound: isFound, importer)
    case .noModuleFileSum(let module):
      return "\(resolutionError.message(path)); to add it:\n\tgo mod download \(module.path.text)"
    case .notInModuleCache: return "module lookup disabled by GOPROXY=off"
    case .wrongSum, .untidy, .malformedSum, .excluded, .sharedReplacement: return resolutionError.message(path)
    case .unreadableGraph(.notInModuleCache(let module)):
      return "\(module.path.text)@\(module.version.text): module lookup disabled by GOPROXY=off"
    case .unreadableGraph(let reason): return self.resolutionError(of: path, reason, from: root, importer: importer)
    case .notInStandardLibrary, .notInModule, .notVendored, .notRequired: break
    }
    if !path.firstElementHasDot {
      return version < GoVersion(1, 20)
        ? "package \(path.text) is not in GOROOT (\(source.standardLibrary.appending(path).text))"
        : "package \(path.text) is not in std (\(source.standardLibrary.appending(path).text))"
    }
    if group.scope.vendor != nil {
      let file = group.workspace == nil ? "go.mod" : "go.work"
      return "cannot find module providing package \(path.text): import lookup disabled by -mod=vendor\n"
        + "\t(Go version in \(file) is at least 1.14 and vendor directory exists.)"
    }
    if let go = unusedVendor {
      return "cannot find module providing package \(path.text): import lookup disabled by -mod=readonly\n"
        + "\t(Go version in go.mod is \(go), so vendor directory was not used.)"
    }
    var advice = "\tgo get \(path.text)"
    if group.workspace != nil, let root, let module = mainModule(of: root)?.directory,
      !options.currentDirectory.isWithin(ByteString(module))
    {
      advice = "\tcd \(module)\n" + advice
    }
    return "no required module provides package \(path.text); to add it:\n\(advice)"
  }
}
