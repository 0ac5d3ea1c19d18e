import Bytes
import GoBuild
import GoGraph
import GoModule
import GoSource

/// The imports that Go forbids, and those that it adds (cmd/go/internal/load/pkg.go, disallowInternal, LinkerDeps).
extension PackageLister {
  func refusal(of package: ListedPackage, written: ByteString, by importer: ListedPackage) -> String? {
    if package.error == nil, isForbidden(package, to: importer) {
      return "use of internal package \(package.importPath.text) not allowed"
    }
    if let message = vendorRefusal(of: package, written: written, by: importer) { return message }
    if package.name == "main", package.directory != importer.directory {
      return "import \"\(written.text)\" is a program, not an importable package"
    }
    if written == "." { return ".: cannot import current directory" }
    if written == ".." || written.hasPrefix("./") || written.hasPrefix("../") {
      return "local import \"\(written.text)\" in non-local package"
    }
    return nil
  }

  private func isForbidden(_ package: ListedPackage, to importer: ListedPackage) -> Bool {
    guard let parent = parent(ofInternal: package.importPath) else { return false }
    if package.isStandard {
      guard importer.isStandard else { return true }
      // crypto/... may import the validated module's internal packages.
      if importer.importPath.isWithin("crypto"), package.importPath.isWithin("crypto/internal/fips140") { return false }
      return !importer.importPath.isWithin(parent)
    }
    return !parent.isEmpty && !importer.importPath.isWithin(parent)
  }

  private func vendorRefusal(
    of package: ListedPackage, written: ByteString, by importer: ListedPackage
  ) -> String? {
    let elements = package.importPath.split(UInt8(ascii: "/"))
    guard let last = elements.dropLast().lastIndex(of: "vendor") else { return nil }
    let parent = elements[..<last].joined(separator: "/")
    if package.directory != nil, !(importer.isStandard == package.isStandard && importer.importPath.isWithin(parent)) {
      return "use of vendored package not allowed"
    }
    let own = written.split(UInt8(ascii: "/"))
    guard let place = own.dropLast().lastIndex(of: "vendor") else { return nil }
    return "\(written.text) must be imported as \(own[(place + 1)...].joined(separator: "/").text)"
  }

  // MARK: Implicit imports

  func implicitImports(of package: ListedPackage) -> [ByteString] {
    var implicit: [ByteString] = []
    func add(_ paths: ByteString...) {
      for path in paths where !package.imports.contains(path) && !implicit.contains(path) { implicit.append(path) }
    }
    if goVersion >= GoVersion(1, 27), package.imports.contains("simd"),
      ["amd64", "arm64", "wasm"].contains(context.platform.architecture)
    {
      add("simd/internal/bridge")
    }
    let path = package.importPath
    if let files = package.files {
      if !files.cgo.isEmpty {
        add("unsafe")
        if !(package.isStandard && path == "runtime/cgo") { add("runtime/cgo") }
        let isRuntime = ["runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"].contains(path)
        if !(package.isStandard && isRuntime) { add("syscall") }
      }
      // Go adds SWIG's imports even if cgo is off and the SWIG files are not compiled.
      if files.hasSwig { add("unsafe", "runtime/cgo", "syscall", "sync") }
    }
    guard package.name == "main" else { return implicit }
    add("runtime")
    if context.platform.needsExternalLinking(goVersion), context.cgoMode == .on { add("runtime/cgo") }
    if context.platform.architecture == "arm" { add("math") }
    return implicit
  }

  /// The reason why this platform cannot link a program without cgo, or nil; `go list` reports it since Go 1.22.
  var linkingRefusal: String? {
    guard context.cgoMode == .off, goVersion >= GoVersion(1, 22), context.platform.needsExternalLinking(goVersion)
    else { return nil }
    let platform = context.platform
    let isPIE = platform.system == "ios" && platform.architecture != "arm64"
    return "\(isPIE ? "default PIE binary" : platform.description) requires external (cgo) linking, "
      + "but cgo is not enabled"
  }
}

extension Platform {
  /// Whether Go links with the system's linker by default (cmd/go/internal/load, externalLinkingReason).
  func needsExternalLinking(_ version: GoVersion) -> Bool {
    switch system {
    case "android": architecture != "arm64"
    case "ios": true
    default: false
    }
  }
}
