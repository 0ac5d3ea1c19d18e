package import Bytes

/// The files of an image that a program may look for, as far as its recipe shows them.
package struct ImageContents: Sendable, Hashable {
  /// A part of an image; the raw values are the words of `staticgo needs`.
  package enum Part: String, CaseIterable, Sendable {
    /// CA certificates.
    case roots
    /// Time zones.
    case zoneinfo
    /// /etc/passwd.
    case user
    /// A directory for temporary files.
    case tmp
    /// Any program but the one that is shipped.
    case program
  }

  /// The parts that are known to be there, or to be missing.
  private var known: [Part: Bool] = [:]

  /// Whether the archive of time zones was copied, and is the only source of zones: nil without it, else whether it is outside of
  /// the directory in which official images have Go.
  package private(set) var hasUnusedZoneArchive: Bool?

  package init() {}

  package init(_ known: [Part: Bool]) { self.known = known }

  /// Whether a part is there; nil where that is not known.
  package subscript(part: Part) -> Bool? {
    get { known[part] }
    set { known[part] = newValue }
  }

  package var missing: [Part] { Part.allCases.filter { known[$0] == false } }

  /// Something is done to the image that may bring any of the parts.
  package mutating func mayGainAll() {
    known = known.filter(\.value)
    hasUnusedZoneArchive = nil
  }

  /// A file or directory is copied into the image, from one that has the name `source`.
  package mutating func add(_ target: ByteString, from source: ByteString) {
    for path in [target, source].map(\.cleaned) {
      for (part, places) in Self.places where places.contains(where: { path == $0 || path.isWithin($0) }) {
        // It may be the program itself.
        known[part] = part == .program ? (known[part] == true ? true : nil) : true
      }
    }
    // A directory above one of the places may hold it.
    for (part, places) in Self.places
    where places.contains(where: { $0.isWithin(target.cleaned) && $0 != target.cleaned }) {
      guard known[part] == false, Self.mayBeDirectory(source) else { continue }
      known[part] = nil
    }
    if known[.zoneinfo] == false {
      let isZip = [target, source].contains { $0.cleaned.baseName == Self.zoneArchiveName }
      if isZip {
        hasUnusedZoneArchive = target.cleaned.directory != Self.directoryOfGo && target.cleaned != Self.directoryOfGo
      }
      if isZip || target.cleaned.isWithin("/usr/local/go") { known[.zoneinfo] = nil }
    }
  }

  private static let places: [Part: [ByteString]] = [
    .roots: ["/etc/ssl", "/etc/pki", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"],
    .zoneinfo: ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"],
    .user: ["/etc/passwd"], .tmp: ["/tmp"], .program: ["/bin", "/usr/bin", "/usr/sbin", "/sbin"],
  ]

  private static func mayBeDirectory(_ source: ByteString) -> Bool {
    let name = source.cleaned.baseName
    if ["passwd", "group", "shadow", "hosts"].contains(name) { return false }
    return name.isEmpty || name == "." || !name.contains(UInt8(ascii: ".")) || source.hasSuffix("/")
  }

  /// A variable is set with which a program looks elsewhere.
  package mutating func set(_ variable: String) {
    switch variable {
    case "SSL_CERT_FILE", "SSL_CERT_DIR": forget(.roots)
    case "ZONEINFO", "GOROOT":
      forget(.zoneinfo)
      hasUnusedZoneArchive = nil
    case "USER", "HOME": forget(.user)
    case "TMPDIR": forget(.tmp)
    case "PATH": forget(.program)
    default: break
    }
  }

  /// The name of Go's own archive of time zones. A program looks for it in the GOROOT with which it was built, unless that
  /// was left out with -trimpath, or where ZONEINFO says (time/zoneinfo_unix.go).
  package static let zoneArchiveName: ByteString = "zoneinfo.zip"
  private static let directoryOfGo: ByteString = "/usr/local/go/lib/time"

  private mutating func forget(_ part: Part) { if known[part] == false { known[part] = nil } }

  /// A package manager installs packages, which may bring others.
  package mutating func install(_ packages: [String]) {
    mayGainAll()
    if packages.contains("tzdata") { known[.zoneinfo] = true }
    if packages.contains(where: { $0.hasPrefix("ca-certificates") }) { known[.roots] = true }
  }
}
