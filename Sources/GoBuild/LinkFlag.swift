import Bytes

/// A flag that changes how programs are linked: where it is set, and its effect without cgo.
package struct LinkFlag: Sendable, Hashable {
  package enum Effect: Sendable, Hashable {
    /// Every program needs a loader.
    case loader
    /// Every program needs a loader and the C library.
    case libraries
    /// No program is built. The value is the reason, a relative clause about the flag without "which".
    case noProgram(String)
  }

  package let flag: String
  /// The place where the flag is set, as in "GOFLAGS (set by go env -w)".
  package let origin: String
  package let effect: Effect

  package init(flag: String, origin: String, effect: Effect) {
    self.flag = flag
    self.origin = origin
    self.effect = effect
  }

  /// Derives the effect of a link mode on a platform from the Go release that links (cmd/go/internal/load,
  /// externalLinkingReason, and internal/platform, InternalLinkPIESupported).
  package init(_ flag: String, origin: String, _ mode: LinkMode, on platform: Platform, by version: GoVersion) {
    let effect: Effect
    switch mode {
    case .library: effect = .noProgram("makes a library and needs external (cgo) linking")
    case .positionIndependent where Self.linksPositionIndependent(platform, version): effect = .loader
    case .positionIndependent, .external:
      // Before Go 1.22 the go command let the linker continue without runtime/cgo.
      effect = version < GoVersion(1, 22) ? .libraries : .noProgram("needs external (cgo) linking")
    }
    self.init(flag: flag, origin: origin, effect: effect)
  }

  /// Whether Go's internal linker can make position-independent programs.
  private static func linksPositionIndependent(_ platform: Platform, _ version: GoVersion) -> Bool {
    switch platform.description {
    case "linux/amd64", "linux/arm64", "linux/ppc64le", "android/arm64", "darwin/amd64", "darwin/arm64": true
    case "linux/loong64": version >= GoVersion(1, 25)
    case "linux/ppc64", "linux/s390x": version >= GoVersion(1, 27)
    default: platform.system == "windows"
    }
  }

  /// Who sets the flag, as in "GOFLAGS sets -buildmode=pie".
  package var blame: String { "\(origin) sets \(flag)" }

  /// How to build without the flag.
  package var remedy: String { "remove \(flag) from \(origin)" }
}
