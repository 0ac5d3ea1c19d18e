package import Bytes

/// Something outside a program that its code may use at run time, by the functions of the standard library that look for it.
///
/// Which functions lead there, and where they look: crypto/x509/root_linux.go, time/zoneinfo_read.go, os/user, os/file.go,
/// os/tempfile.go, os/exec, mime/type_unix.go, net/port_unix.go of Go 1.27.
package enum RuntimeNeed: String, CaseIterable, Sendable {
  /// CA certificates.
  case roots
  /// Time zones by name.
  case zoneinfo
  /// /etc/passwd and /etc/group.
  case user
  /// The variable HOME.
  case home
  /// A directory for temporary files.
  case tmp
  /// Other programs.
  case program
  /// The table of MIME types by file name.
  case mime
  /// The names of ports.
  case services

  /// The need in a few words.
  package var summary: String {
    switch self {
    case .roots: "CA certificates, for TLS connections to servers"
    case .zoneinfo: "time zones by name"
    case .user: "/etc/passwd and /etc/group, for users by name or id"
    case .home: "HOME, for the home, cache or configuration directory"
    case .tmp: "a directory for temporary files"
    case .program: "other programs, which it starts"
    case .mime: "the MIME types of file names, beyond Go's own table"
    case .services: "the names of ports, beyond Go's own table"
    }
  }

  /// The functions of which one is linked if the program may have the need, as the linker spells them. A plain HTTP server
  /// links crypto/x509.loadSystemRoots and crypto/tls.Client, so these do not count.
  package var functions: [ByteString] {
    switch self {
    case .roots:
      [
        "net/http.(*Transport).RoundTrip", "net/http.(*Client).do", "crypto/tls.(*Dialer).DialContext",
        "crypto/tls.DialWithDialer", "crypto/tls.dial", "crypto/tls.Dial", "crypto/x509.SystemCertPool",
        "net/smtp.(*Client).StartTLS",
        "google.golang.org/grpc/credentials.NewTLS", "google.golang.org/grpc/credentials.NewClientTLSFromCert",
      ]
    case .zoneinfo: ["time.LoadLocation"]
    case .user:
      [
        "os/user.Current", "os/user.Lookup", "os/user.LookupId", "os/user.LookupGroup", "os/user.LookupGroupId",
        "os/user.(*User).GroupIds", "os/user.current", "os/user.lookupUser", "os/user.lookupUserId",
        "os/user.lookupGroup",
        "os/user.lookupGroupId", "os/user.listGroups",
      ]
    case .home: ["os.UserHomeDir", "os.UserCacheDir", "os.UserConfigDir"]
    case .tmp:
      ["os.CreateTemp", "os.MkdirTemp", "mime/multipart.(*Reader).ReadForm", "mime/multipart.(*Reader).readForm"]
    case .program:
      [
        "os/exec.Command", "os/exec.CommandContext", "os/exec.LookPath", "os.StartProcess", "syscall.Exec",
        "syscall.ForkExec", "syscall.forkExec",
      ]
    case .mime: ["mime.TypeByExtension"]
    case .services: ["net.LookupPort"]
    }
  }

  /// The functions of which one is linked if the program brings what it needs.
  private var replacements: [ByteString] {
    switch self {
    case .roots: ["golang.org/x/crypto/x509roots/fallback.init.0", "crypto/x509.SetFallbackRoots"]
    case .zoneinfo: ["time/tzdata.init.0", "time/tzdata.loadFromEmbeddedTZData"]
    case .user, .home, .tmp, .program, .mime, .services: []
    }
  }

  /// The needs of a program by the functions that it contains, in the order of `allCases`.
  ///
  /// A function that is linked may never be called, but one that is not linked certainly is not.
  package static func all(of functions: Set<ByteString>) -> [Reached] {
    allCases.compactMap { need in
      let linked = need.functions.filter(functions.contains)
      guard !linked.isEmpty else { return nil }
      return Reached(need: need, functions: linked, replacement: need.replacements.first(where: functions.contains))
    }
  }

  /// All functions that say something about a need.
  package static let knownFunctions: Set<ByteString> =
    Set(allCases.flatMap { $0.functions + $0.replacements }).union(reflectiveFunctions)

  private static let reflectiveFunctions: Set<ByteString> = [
    "reflect.Value.MethodByName", "reflect.(*rtype).MethodByName",
  ]

  /// Whether the program looks up methods by names that only it knows, for which the linker keeps every exported method
  /// (cmd/link/internal/ld/deadcode.go, AttrReflectMethod).
  package static func usesReflection(_ functions: Set<ByteString>) -> Bool {
    !reflectiveFunctions.isDisjoint(with: functions)
  }

  /// Whether the need exists on a GOOS: Windows and macOS know users and certificates by their own ways.
  package func exists(on system: String) -> Bool {
    switch self {
    case .roots, .user, .mime, .services: !["windows", "darwin", "ios"].contains(system)
    case .zoneinfo, .home, .tmp, .program: true
    }
  }

  /// The number of functions of the standard library at the end of a chain of calls.
  package static func distance(of calls: [String]) -> Int {
    calls.reversed().prefix { isOfStandardLibrary($0) }.count
  }

  /// Whether a symbol belongs to the standard library: the first element of its import path has no dot, and it is not that
  /// of the main package.
  package static func isOfStandardLibrary(_ symbol: String) -> Bool {
    if symbol.hasPrefix("main.") { return false }
    guard let slash = symbol.firstIndex(of: "/") else { return true }
    return !symbol[..<slash].contains(".")
  }

  /// A need that a program may have.
  package struct Reached: Sendable, Hashable {
    package let need: RuntimeNeed
    /// The functions that are linked, the most telling one first.
    package let functions: [ByteString]
    /// The function that shows that the program brings what it needs.
    package let replacement: ByteString?
    /// The calls from `main.main` to one of the functions, by the linker's own reasons; empty where it gave none.
    package var calls: [String] = []
    /// Whether the linker may have kept the functions only since the program calls methods by names that it does not know.
    package var mayBeReflection = false

    package init(need: RuntimeNeed, functions: [ByteString], replacement: ByteString?, calls: [String] = []) {
      self.need = need
      self.functions = functions
      self.replacement = replacement
      self.calls = calls
    }
  }
}
