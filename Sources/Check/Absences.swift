import Bytes
import FileSystem
import GoGraph
import GoModule
import GoToolchain

/// What `go list` says of import paths that lead to no package.
extension Listing {
  /// What Go says where go.sum does not vouch for a module that could have the package (modload/import.go,
  /// ImportMissingSumError).
  private func missingSum(_ message: String, _ advice: String, _ importer: ByteString?) -> String {
    let rest = message.hasPrefix("missing go.sum entry needed") ? " is provided by exactly one module" : ""
    guard let importer else { return "\(message)\(rest); to add:\n\t\(advice.dropFirst("run: ".count))" }
    let owner = group.scope.dependencies.filter { importer.isWithin($0.key) }.max { $0.key.count < $1.key.count }
    let version = mainModule(of: importer) == nil ? owner.map { $0.value.replaced ?? $0.value.module }?.version : nil
    return "\(message) (imported by \(importer.text))\(rest); to add:\n\tgo get \(importer.text)"
      + (version.map { "@" + $0.text } ?? "")
  }

  /// The `go` line by which a vendor directory is none, where there is one.
  private var unusedVendor: String? {
    guard group.workspace == nil, group.scope.vendor == nil, toolchain.flags.mod == nil,
      group.modules[0].file.goVersion < GoVersion(1, 14)
    else { return nil }
    let isThere = source.snapshot.holdsFiles(below: group.directory.appending("vendor"))
    return isThere ? group.modules[0].file.go?.text ?? "unspecified" : nil
  }

  /// What Go says of a path in a module whose replacement by a directory is none.
  private func missingReplacement(_ path: ByteString) -> String? {
    let found = group.scope.unreadable.filter { path.isWithin($0.key) }.max { $0.key.count < $1.key.count }
    guard let (name, resolution) = found, case .missingModule(let message, let advice) = resolution else { return nil }
    let files = group.modules.map { ($0.file.replacements, $0.directory) }
    let version = group.modules.lazy.flatMap(\.file.requirements).first { $0.module.path == name }?.module.version
    let module = ModuleVersion(path: name, version: version ?? "")
    for (replacements, base) in [(group.work?.replacements ?? [], group.directory)] + files {
      guard case .directory(let target)? = GoMod.replacement(of: module, in: replacements)?.target else { continue }
      let root = source.snapshot.root.appending(base)
      let place = (target.hasPrefix("/") ? target : root.appending(target)).cleaned
      let what = "\(name.text)@\(module.version.text)"
      let holdsFiles = place.relative(to: source.snapshot.root).map(source.snapshot.holdsFiles(below:))
      guard isDirectory(place) || holdsFiles ?? false else {
        return "\(what): replacement directory \(target.text) does not exist"
      }
      let file = place.appending("go.mod")
      // One that may not be read is none of Go's complaints.
      guard !isFile(file) else { return "\(message); \(advice)" }
      // Where the package is there, it is its module that Go asks about, and where it is not, the graph of all.
      let package = place.appending(path.relative(to: name) ?? "")
      let isThere = package.relative(to: source.snapshot.root).map(source.snapshot.goDirectories.contains)
      let subject = isThere ?? false ? "module \(target.text)" : "\(what) (replaced by \(target.text))"
      return "\(subject): reading \(short(file).text): open \(file.text): "
        + "no such file or directory"
    }
    return nil
  }

  /// What Go says of a package that several modules have: a line for each, with its directory.
  private func ambiguity(_ message: String, _ path: ByteString) -> String {
    let lines = message.split(separator: "\n").map { line -> String in
      let module = ByteString(String(line.dropFirst().prefix { $0 != " " }))
      guard line.hasPrefix("\t"), let root = group.scope.dependencies[module]?.directory else { return String(line) }
      return "\(line) (\(source.path(onDisk: root.appending(path.relative(to: module) ?? "")).text))"
    }
    return lines.joined(separator: "\n")
  }

  /// What Go says of a path that leads nowhere; `root` is the package on the command line that led there, `importer` the
  /// nearest one to it that imports the path.
  func absence(
    of path: ByteString, _ resolution: Resolution, from root: ByteString?, importer: ByteString?
  ) -> String {
    if path == "." || path == ".." || path.hasPrefix("./") || path.hasPrefix("../") {
      return "\"\(path.text)\" is relative, but relative import paths are not supported in module mode"
    }
    if path.hasPrefix("/") { return "\"\(path.text)\" is not a package path; see 'go help packages'" }
    if ["all", "std", "cmd"].contains(path) {
      return "\"\(path.text)\" is not an importable package; see 'go help packages'"
    }
    if let reason = malformation(of: path) { return "malformed import path \"\(path.text)\": \(reason)" }
    if let message = missingReplacement(path) { return message }
    if case .missingPackage(let message) = resolution, message.hasPrefix("ambiguous import") {
      return ambiguity(message, path)
    }
    if case .missingModule(let message, let advice) = resolution, message.hasPrefix("missing go.sum entry") {
      return missingSum(message, advice, importer)
    }
    if case .missingModule(let message, _) = resolution, group.scope.vendor == nil,
      message.hasSuffix("is not in the module cache")
    {
      return "module lookup disabled by GOPROXY=off"
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
