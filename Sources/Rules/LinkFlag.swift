import Bytes
package import GoGraph
package import GoModule
package import Linkage

/// A flag that changes how programs are linked, where it was set, and what comes of it without cgo.
package struct LinkFlag: Sendable, Hashable {
  package enum Effect: Sendable, Hashable {
    /// Every program asks for a loader.
    case loader
    /// Every program asks for the C library too.
    case libraries
    /// No program is built; why, as the end of a sentence.
    case noProgram(String)
  }

  package let flag: String
  /// As in "GOFLAGS, set by go env -w".
  package let origin: String
  package let effect: Effect

  package init(flag: String, origin: String, effect: Effect) {
    self.flag = flag
    self.origin = origin
    self.effect = effect
  }

  /// What a mode comes to on a platform, by the Go release that links (cmd/go/internal/load, externalLinkingReason, and
  /// internal/platform, InternalLinkPIESupported).
  package init(_ flag: String, origin: String, _ mode: LinkMode, on platform: Platform, by version: GoVersion) {
    let effect: Effect
    switch mode {
    case .library: effect = .noProgram("needs external linking, and makes a library")
    case .positionIndependent where Self.linksPositionIndependent(platform, version): effect = .loader
    case .positionIndependent, .external:
      // Before, the go command let the linker go on without runtime/cgo.
      effect = version < GoVersion(1, 22) ? .libraries : .noProgram("needs external linking")
    }
    self.init(flag: flag, origin: origin, effect: effect)
  }

  /// Whether Go's own linker makes position-independent programs.
  private static func linksPositionIndependent(_ platform: Platform, _ version: GoVersion) -> Bool {
    switch platform.description {
    case "linux/amd64", "linux/arm64", "linux/ppc64le", "android/arm64", "darwin/amd64", "darwin/arm64": true
    case "linux/loong64": version >= GoVersion(1, 25)
    case "linux/ppc64", "linux/s390x": version >= GoVersion(1, 27)
    default: platform.system == "windows"
    }
  }

  /// As in "-buildmode=pie stands in GOFLAGS".
  var blame: String { "\(flag) stands in \(origin)" }
}
