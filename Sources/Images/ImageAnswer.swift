import Bytes
package import Linkage
import System

/// Whether an image has what a program needs, and where.
package struct ImageAnswer: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case there
    case missing
    /// The image alone does not decide it.
    case open
  }
  package let state: State
  /// Where it is, where it was looked for, or what decides it.
  package let reason: String

  private init(_ state: State, _ reason: String) { (self.state, self.reason) = (state, reason) }

  /// The answer for a need, with the places in the order in which Go looks. `trimsPaths` tells whether the program was built
  /// with -trimpath, so that it does not know its GOROOT; nil where that is not known.
  package init(_ reached: RuntimeNeed.Reached, in image: ContainerImage, trimsPaths: Bool?) {
    if let replacement = reached.replacement {
      self.init(.there, "the program brings it: \(SymbolReader.readable(replacement))")
      return
    }
    let (files, environment) = (image.files, image.configuration?.environment ?? [:])
    let mounted = image.configuration?.volumes.first { volume in
      Self.places[reached.need]?.contains { $0.isWithin(volume) } ?? false
    }
    if let mounted {
      self.init(reached.need == .tmp ? .there : .open, "a volume is mounted at \(mounted.text)")
      return
    }
    switch reached.need {
    case .roots: self = Self.roots(files, environment)
    case .zoneinfo: self = Self.zones(files, environment, trimsPaths: trimsPaths)
    case .user: self = Self.users(files, environment, reached)
    case .home:
      if let home = environment["HOME"], !home.isEmpty {
        self.init(.there, "HOME=\(home)")
      } else {
        self.init(.open, "the image does not set HOME; Docker does, other runtimes may not")
      }
    case .tmp:
      let place = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
      self = files.isDirectory(ByteString(place)) ? Self(.there, place) : Self(.missing, "no directory \(place)")
    case .program: self = Self.programs(files, environment)
    case .mime: self = Self.first(Self.mimeTables, files, orOpen: "Go's own table has few types")
    case .services: self = Self.first(["/etc/services"], files, orOpen: "Go's own table has few ports")
    }
  }

  /// The directories that a volume may bring.
  private static let places: [RuntimeNeed: [ByteString]] = [
    .roots: certificateDirectories, .zoneinfo: zoneDirectories, .user: ["/etc"], .tmp: ["/tmp"],
  ]

  private static func first(_ paths: [ByteString], _ files: RootFiles, orOpen reason: String) -> Self {
    if let found = paths.first(where: files.isFile) { return Self(.there, found.text) }
    return Self(.open, "no \(paths[0].text); \(reason)")
  }

  // MARK: Certificates (crypto/x509/root_linux.go, root_unix.go)

  private static let certificateFiles: [ByteString] = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
  ]
  private static let certificateDirectories: [ByteString] = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

  private static func roots(_ files: RootFiles, _ environment: [String: String]) -> Self {
    let named = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : ByteString($0) }
    for path in named.map({ [$0] }) ?? certificateFiles {
      if let entry = files.resolve(path)?.entry, entry.kind == .file, entry.size != 0 { return Self(.there, path.text) }
    }
    let directories = environment["SSL_CERT_DIR"].flatMap {
      $0.isEmpty ? nil : $0.split(separator: ":").map { ByteString(String($0)) }
    }
    for directory in directories ?? certificateDirectories {
      let found = files.names(in: directory).first { files.isFile(directory.appending($0)) }
      if let found { return Self(.there, directory.appending(found).text) }
    }
    if let named { return Self(.missing, "SSL_CERT_FILE names \(named.text), which is not there") }
    return Self(.missing, "no \(certificateFiles[0].text), and none of the \(certificateFiles.count + 1) other places")
  }

  // MARK: Time zones (time/zoneinfo_unix.go, zoneinfo_read.go)

  private static let zoneDirectories: [ByteString] = [
    "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo",
  ]

  private static func zones(_ files: RootFiles, _ environment: [String: String], trimsPaths: Bool?) -> Self {
    if let named = environment["ZONEINFO"], !named.isEmpty, files.resolve(ByteString(named)) != nil {
      return Self(.there, "ZONEINFO=\(named)")
    }
    if let found = zoneDirectories.first(where: { !files.names(in: $0).isEmpty }) { return Self(.there, found.text) }
    let root = environment["GOROOT"].flatMap { $0.isEmpty ? nil : ByteString($0) }
    let archive: ByteString = "lib/time/zoneinfo.zip"
    if let root, files.isFile(root.appending(archive)) { return Self(.there, root.appending(archive).text) }
    let usual = ByteString("/usr/local/go").appending(archive)
    if files.isFile(usual) {
      if trimsPaths == true {
        return Self(.missing, "the program does not look at \(usual.text), since it was built with -trimpath")
      }
      return Self(.open, "\(usual.text) is there, which counts if Go was in /usr/local/go when it was built")
    }
    return Self(.missing, "no \(zoneDirectories[0].text), and none of the \(zoneDirectories.count - 1) other places")
  }

  // MARK: Users, programs

  private static func users(
    _ files: RootFiles, _ environment: [String: String], _ reached: RuntimeNeed.Reached
  ) -> Self {
    if files.isFile("/etc/passwd") { return Self(.there, "/etc/passwd") }
    let isSet = ["USER", "HOME"].allSatisfy { !(environment[$0] ?? "").isEmpty }
    let asksOnlyCurrent = reached.functions.allSatisfy {
      ["os/user.Current", "os/user.current", "os/user.lookupUserId"].contains($0)
    }
    if isSet, asksOnlyCurrent { return Self(.there, "USER and HOME are set") }
    return Self(.missing, "no /etc/passwd")
  }

  private static func programs(_ files: RootFiles, _ environment: [String: String]) -> Self {
    let path = environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    for directory in path.split(separator: ":").map({ ByteString(String($0)) }) {
      for name in files.names(in: directory) {
        guard let entry = files.resolve(directory.appending(name))?.entry, entry.kind == .file, entry.isExecutable
        else {
          continue
        }
        return Self(.open, "the image has programs, such as \(directory.appending(name).text)")
      }
    }
    if let other = files.executable { return Self(.open, "the image has /\(other.text), outside of PATH") }
    return Self(
      .missing, "no program in \(path.split(separator: ":").prefix(2).joined(separator: ", ")) or elsewhere in PATH")
  }

  private static let mimeTables: [ByteString] = [
    "/usr/local/share/mime/globs2", "/usr/share/mime/globs2", "/etc/mime.types", "/etc/apache2/mime.types",
    "/etc/apache/mime.types", "/etc/httpd/conf/mime.types",
  ]
}
