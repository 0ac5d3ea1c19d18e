import Bytes
import GoGraph

/// Facts about a package that needs cgo that its source does not show. They give advice, and correct the class where
/// function bodies mislead. Whether a package needs cgo is always analysed, never looked up.
struct Knowledge {
  /// A module or package that does the same without cgo.
  struct Replacement {
    let path: String
    /// A difference from the package; nil without one.
    let caveat: String?
    /// A reference that makes or recommends the change.
    let source: String

    init(_ path: String, _ caveat: String? = nil, source: String) {
      self.path = path
      self.caveat = caveat
      self.source = source
    }
  }

  /// A build tag that removes cgo from the package.
  struct Tag {
    let name: String
    let source: String
  }

  enum Kind { case stub, fallback }

  /// The import path. A record that ends in `/...` also matches all packages below.
  let package: ByteString
  var kind: Kind?
  var replacements: [Replacement] = []
  var tags: [Tag] = []
  /// Further advice, also for packages without a replacement.
  var note: String?
  /// The names that use what the C code sets up at program start. If no importer uses one, the C code is not needed.
  var constructorServes: Set<ByteString> = []
  /// The reference for the whole record.
  var source: String?

  init(
    _ package: ByteString, kind: Kind? = nil, replacements: [Replacement] = [], tags: [Tag] = [], note: String? = nil,
    constructorServes: Set<ByteString> = [], source: String? = nil
  ) {
    self.package = package
    self.kind = kind
    self.replacements = replacements
    self.tags = tags
    self.note = note
    self.constructorServes = constructorServes
    self.source = source
  }

  /// Returns the record with the longest pattern that matches an import path; nil without one.
  static func of(_ path: ByteString) -> Knowledge? {
    if let exact = records[path] { return exact }
    var parent = path
    while !parent.isEmpty {
      if let record = records[parent + "/..."] { return record }
      parent = parent.directory
    }
    return nil
  }

  private static let records = Dictionary(uniqueKeysWithValues: all.map { ($0.package, $0) })

  private static let zstd = Replacement(
    "github.com/klauspost/compress/zstd", "its API is different", source: "github.com/klauspost/compress")
  private static let imaging = "no pure Go package is as complete; golang.org/x/image covers simple image work"

  static let all: [Knowledge] =
    [
      Knowledge(
        "github.com/mattn/go-sqlite3",
        replacements: [
          Replacement(
            "modernc.org/sqlite", "the driver name is \"sqlite\", and DSN options differ",
            source: "sqlc-dev/sqlc#3040"),
          Replacement("github.com/glebarez/sqlite", "with gorm only", source: "go-gorm/gorm#6468"),
        ], source: "mattn/go-sqlite3, static_mock.go"),
      Knowledge(
        "gorm.io/driver/sqlite",
        replacements: [Replacement("github.com/glebarez/sqlite", "with the same API", source: "go-gorm/sqlite#160")],
        source: "go-gorm/gorm#6468"),
      Knowledge(
        "github.com/mutecomm/go-sqlcipher/...",
        note: "no pure Go package reads its files; encrypt the data in the program instead", source: "static_mock.go"),
      Knowledge(
        "github.com/confluentinc/confluent-kafka-go/...",
        replacements: [
          Replacement("github.com/twmb/franz-go", "its API is different", source: "brimdata/zync#73"),
          Replacement("github.com/segmentio/kafka-go", "its API is different", source: "ConduitIO/conduit#52"),
        ], source: "confluent-kafka-go, README: CGO_ENABLED must not be set to 0"),
      Knowledge("github.com/DataDog/zstd", replacements: [zstd], source: "golang/go#29074"),
      Knowledge("github.com/valyala/gozstd", replacements: [zstd], source: "golang/go#29074"),
      Knowledge("github.com/h2non/bimg", note: imaging),
      Knowledge(
        "golang.design/x/clipboard",
        replacements: [
          Replacement(
            "github.com/atotto/clipboard", "for text only; it runs xclip, xsel or wl-copy", source: "atotto/clipboard")
        ]),
      Knowledge(
        "github.com/keybase/go-keychain",
        replacements: [
          Replacement("github.com/zalando/go-keyring", "it runs security on macOS", source: "zalando/go-keyring")
        ]),
      Knowledge("github.com/davidbyttow/govips/...", note: imaging),
      Knowledge(
        "github.com/libgit2/git2go/...",
        replacements: [Replacement("github.com/go-git/go-git/v5", "its API is different", source: "go-git/go-git")]),
      Knowledge(
        "github.com/google/gopacket/pcap",
        replacements: [
          Replacement(
            "github.com/google/gopacket/pcapgo", "it reads and writes files, and captures on Linux",
            source: "google/gopacket#1101")
        ], note: "the rest of gopacket does not need cgo"),
      Knowledge(
        "github.com/google/gopacket/afpacket",
        replacements: [
          Replacement(
            "github.com/google/gopacket/pcapgo", "its EthernetHandle captures on Linux", source: "google/gopacket#1018")
        ]),
      Knowledge(
        "github.com/go-gl/...", note: "OpenGL on Linux needs cgo; exempt this main",
        source: "fyne-io/fyne#508"),
      Knowledge(
        "fyne.io/fyne/...", note: "OpenGL on Linux needs cgo; exempt this main",
        source: "fyne-io/fyne#3820"),
      Knowledge(
        "github.com/hajimehoshi/ebiten/...", note: "it needs cgo on Linux desktops; exempt this main",
        source: "hajimehoshi/ebiten#3490"),
      Knowledge(
        "github.com/proglottis/gpgme",
        tags: [Tag(name: "containers_image_openpgp", source: "containers/skopeo, install.md")],
        source: "containers/skopeo, install.md"),
      Knowledge(
        "github.com/miekg/pkcs11",
        note: "an HSM library can only be loaded through C; a KMS or a remote signer works over the network",
        source: "miekg/pkcs11, pkcs11.go"),
      Knowledge(
        "github.com/containers/ocicrypt/crypto/pkcs11", kind: .stub,
        note: "images encrypted for PKCS#11 keys cannot be opened; allow this finding if you have no such images",
        source: "pkcs11helpers_nocgo.go"),
      Knowledge(
        "github.com/seccomp/libseccomp-golang",
        note: "code that imports it often has a build tag to use it or not, such as seccomp in runc",
        source: "opencontainers/runc, seccomp_unsupported.go"),
      Knowledge(
        "github.com/coreos/go-systemd/v22/sdjournal",
        note: "run journalctl -o json instead: it prints the same entries"),
      Knowledge(
        "github.com/containerd/btrfs/...",
        tags: [Tag(name: "no_btrfs", source: "containerd/containerd, BUILDING.md")],
        source: "containerd/containerd, BUILDING.md"),
      Knowledge(
        "github.com/tensorflow/tensorflow/...",
        note: "the TensorFlow library is C++; use a model server over the network instead",
        source: "tensorflow/go, lib.go"),
      Knowledge(
        "github.com/gordonklaus/portaudio",
        note: "it plays sound through a C library; play it in another process, or exempt this main",
        source: "portaudio.go"),
      Knowledge(
        "github.com/getlantern/systray",
        replacements: [Replacement("fyne.io/systray", "on Linux it uses D-Bus", source: "sozercan/vekil#47")],
        source: "systray_nonwindows.go"),
      Knowledge(
        "github.com/containers/psgo/internal/host", kind: .fallback, note: "without cgo it reads /proc/self/auxv",
        source: "host_nocgo.go"),
    ] + ["go.podman.io/storage", "github.com/containers/storage"].flatMap(storage) + [
      Knowledge(
        "github.com/moby/moby/v2/daemon/graphdriver/btrfs",
        tags: [Tag(name: "exclude_graphdriver_btrfs", source: "moby/moby, project/PACKAGERS.md")],
        note: "without cgo the btrfs driver is missing, with or without the tag", source: "dummy_unsupported.go"),
      Knowledge(
        "github.com/moby/moby/v2/daemon/internal/quota",
        note: "its error blames the file system, but it is this build that does not support quotas",
        source: "projectquota_unsupported.go"),
      Knowledge(
        "github.com/ethereum/go-ethereum/crypto", kind: .fallback,
        note: "without cgo it signs with decred's secp256k1, which is slower", source: "signature_nocgo.go"),
      Knowledge(
        "github.com/karalabe/usb", kind: .stub, note: "without cgo it finds no devices and reports no error",
        source: "usb_disabled.go"),
      Knowledge(
        "github.com/karalabe/hid", kind: .stub, note: "without cgo it finds no devices and reports no error",
        source: "hid_disabled.go"),
      Knowledge(
        "github.com/ebitengine/purego/...",
        note: "purego makes every program that imports it dynamic: remove the import",
        source: "ebitengine/purego#132"),
      Knowledge(
        "github.com/DataDog/go-libddwaf/...",
        tags: [Tag(name: "datadog.no_waf", source: "DataDog/go-libddwaf#57")],
        note: "without the tag appsec it is not used", source: "DataDog/go-libddwaf#57"),
      Knowledge(
        "github.com/opencontainers/runc/libcontainer/nsenter",
        note: "runc enters namespaces in C before Go starts; exempt this main", source: "opencontainers/runc, Makefile"),
      Knowledge(
        "github.com/fluent/fluent-bit-go/...", note: "a plugin for a C program cannot be static; exempt this main",
        source: "output.go"),
      Knowledge(
        "plugin",
        replacements: [
          Replacement(
            "github.com/hashicorp/go-plugin", "each plugin is a separate process", source: "golang/go#19569")
        ], note: "github.com/tetratelabs/wazero runs plugins compiled to WebAssembly",
        source: "golang/go#19569"),
      Knowledge(
        "crypto/internal/boring",
        note: "for FIPS 140 without cgo use GOFIPS140 (since Go 1.24); otherwise remove GOEXPERIMENT=boringcrypto",
        source: "golang/go#68588"),
      Knowledge(
        "runtime/cgo", note: "use runtime/cgo only in files that import \"C\", and not in this main",
        source: "runtime/cgo"),
    ]

  /// The records of containers/storage, which has moved to another module path.
  private static func storage(_ module: ByteString) -> [Knowledge] {
    [
      Knowledge(
        module + "/drivers/btrfs",
        tags: [Tag(name: "exclude_graphdriver_btrfs", source: "containers/storage, register_btrfs.go")],
        note: "without cgo the btrfs driver is missing, with or without the tag", source: "dummy_unsupported.go"),
      Knowledge(
        module + "/drivers/copy", kind: .fallback, note: "without cgo it copies files through tar, without reflinks",
        source: "copy_unsupported.go"),
      Knowledge(
        module + "/drivers/quota",
        note: "its error blames the file system, but it is this build that does not support quotas",
        source: "projectquota_unsupported.go"),
      Knowledge(
        module + "/pkg/unshare",
        note:
          "without cgo the program cannot enter a user namespace when it runs without root; allow this finding if only root runs it",
        // The constructor reads environment variables that Cmd.Start sets.
        constructorServes: ["Cmd", "Command", "MaybeReexecUsingUserNamespace"], source: "unshare_cgo.go"),
    ]
  }

  /// The help lines, one sentence each.
  var advice: [String] {
    var lines: [String] = []
    for replacement in replacements {
      let caveat = replacement.caveat.map { "; \($0)" } ?? ""
      lines.append("use \(replacement.path) instead, which is pure Go\(caveat)")
    }
    for tag in tags { lines.append("set the build tag \(tag.name) to build without its cgo (source: \(tag.source))") }
    if let note { lines.append(note) }
    return lines
  }
}

extension MainAnalysis {
  /// The help about a package: what `Knowledge` has about it, else the general advice.
  func advice(on package: Package, orElse general: String) -> [String] {
    Knowledge.of(package.importPath).map(\.advice).flatMap { $0.isEmpty ? nil : $0 } ?? [general]
  }
}
