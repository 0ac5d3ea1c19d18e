package import Bytes
package import GoBuild
import GoSource

/// The platform, build tags and cgo mode that decide which files of a package are active.
package struct BuildContext: Sendable, Hashable {
  package let platform: Platform
  /// All satisfied tags except the platform's own: the user's, the toolchain's and the release tags.
  package let tags: Set<ByteString>
  package let cgoMode: CgoMode

  package init(platform: Platform, tags: Set<ByteString>, cgoMode: CgoMode) {
    self.platform = platform
    self.tags = tags
    self.cgoMode = cgoMode
  }

  /// Hashes the platform and the cgo mode, which tell the contexts of one run apart.
  ///
  /// Hashing a hundred tags each time would not separate them better.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(platform)
    hasher.combine(cgoMode)
  }

  package func with(_ cgoMode: CgoMode) -> BuildContext {
    BuildContext(platform: platform, tags: tags, cgoMode: cgoMode)
  }

  /// Whether a build tag is satisfied (go/build/build.go, matchTag).
  package func holds(_ tag: ByteString) -> Bool {
    switch tag {
    case "cgo" where cgoMode == .on: return true
    case platform.system, platform.architecture, "gc": return true
    case "linux" where platform.system == "android": return true
    case "solaris" where platform.system == "illumos": return true
    case "darwin" where platform.system == "ios": return true
    case "unix" where KnownPlatform.unix.contains(platform.system): return true
    case "boringcrypto": return tags.contains("goexperiment.boringcrypto")
    default: return tags.contains(tag)
    }
  }
}
