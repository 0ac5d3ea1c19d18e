import Bytes
import GoGraph

/// What is known of packages that need cgo, beyond what their sources show: it gives advice, and corrects the class where
/// bodies of functions mislead. That a package needs cgo at all is always found out, never looked up.
struct Knowledge {
  /// A module or package that does the same without cgo.
  struct Replacement {
    let path: String
    /// What is not the same.
    let caveat: String?
    /// Where somebody has made the change, or says that it can be made.
    let source: String

    init(_ path: String, _ caveat: String? = nil, source: String) {
      self.path = path
      self.caveat = caveat
      self.source = source
    }
  }

  /// A build tag that takes cgo out of the package.
  struct Tag {
    let name: String
    let source: String
  }

  enum Kind { case stub, fallback }

  /// The import path; of a record that ends in `/...`, of all packages below too.
  let package: ByteString
  var kind: Kind?
  var replacements: [Replacement] = []
  var tags: [Tag] = []
  /// Said where nothing takes the package's place.
  var note: String?
  /// The names by which the C code that runs at the start is put to use: where nobody names one, nobody misses it.
  var constructorServes: Set<ByteString> = []
  /// Where the record as a whole comes from.
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

  /// The record of an import path; the longest that fits.
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
    "github.com/klauspost/compress/zstd", "its API is another one", source: "github.com/klauspost/compress")
  private static let imaging = "image work through C has no equal in Go; golang.org/x/image does the simple part"

  static let all: [Knowledge] =
    [
      Knowledge(
        "github.com/mattn/go-sqlite3",
        replacements: [
          Replacement(
            "modernc.org/sqlite", "its driver is called \"sqlite\", and DSN options differ",
            source: "sqlc-dev/sqlc#3040"),
          Replacement("github.com/glebarez/sqlite", "for gorm", source: "go-gorm/gorm#6468"),
        ], source: "mattn/go-sqlite3, static_mock.go"),
      Knowledge(
        "gorm.io/driver/sqlite",
        replacements: [Replacement("github.com/glebarez/sqlite", "for gorm", source: "go-gorm/sqlite#160")],
        source: "go-gorm/gorm#6468"),
      Knowledge(
        "github.com/mutecomm/go-sqlcipher/...",
        note: "no package in pure Go reads its files; encrypt in the program instead", source: "static_mock.go"),
      Knowledge(
        "github.com/confluentinc/confluent-kafka-go/...",
        replacements: [
          Replacement("github.com/twmb/franz-go", "its API is another one", source: "brimdata/zync#73"),
          Replacement("github.com/segmentio/kafka-go", "its API is another one", source: "ConduitIO/conduit#52"),
        ], source: "confluent-kafka-go, README: CGO_ENABLED must not be set to 0"),
      Knowledge("github.com/DataDog/zstd", replacements: [zstd], source: "golang/go#29074"),
      Knowledge("github.com/valyala/gozstd", replacements: [zstd], source: "golang/go#29074"),
      Knowledge("github.com/h2non/bimg", note: imaging),
      Knowledge("github.com/davidbyttow/govips/...", note: imaging),
      Knowledge(
        "github.com/libgit2/git2go/...",
        replacements: [Replacement("github.com/go-git/go-git/v5", "its API is another one", source: "go-git/go-git")]),
      Knowledge(
        "github.com/google/gopacket/pcap",
        replacements: [
          Replacement(
            "github.com/google/gopacket/pcapgo", "it reads and writes files, and captures on Linux",
            source: "google/gopacket#1101")
        ], note: "the rest of gopacket needs no cgo"),
      Knowledge(
        "github.com/google/gopacket/afpacket",
        replacements: [
          Replacement(
            "github.com/google/gopacket/pcapgo", "its EthernetHandle captures on Linux", source: "google/gopacket#1018")
        ]),
      Knowledge(
        "github.com/go-gl/...", note: "nothing draws with OpenGL on Linux without cgo; exempt this main",
        source: "fyne-io/fyne#508"),
      Knowledge(
        "fyne.io/fyne/...", note: "nothing draws with OpenGL on Linux without cgo; exempt this main",
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
        note: "an HSM's library can only be loaded through C; a KMS or a remote signer is spoken to over the network",
        source: "miekg/pkcs11, pkcs11.go"),
      Knowledge(
        "github.com/containers/ocicrypt/crypto/pkcs11", kind: .stub,
        note: "images that are encrypted for PKCS#11 keys cannot be opened; allow it if there are none",
        source: "pkcs11helpers_nocgo.go"),
      Knowledge(
        "github.com/seccomp/libseccomp-golang",
        note: "the code that imports it often has a tag for builds without it, as runc has seccomp",
        source: "opencontainers/runc, seccomp_unsupported.go"),
      Knowledge(
        "github.com/coreos/go-systemd/v22/sdjournal",
        note: "journalctl -o json gives the same entries, by another process"),
      Knowledge(
        "github.com/containerd/btrfs/...",
        tags: [Tag(name: "no_btrfs", source: "containerd/containerd, BUILDING.md")],
        source: "containerd/containerd, BUILDING.md"),
      Knowledge(
        "github.com/tensorflow/tensorflow/...",
        note: "TensorFlow's library is C++; a model server is spoken to over the network",
        source: "tensorflow/go, lib.go"),
      Knowledge(
        "github.com/gordonklaus/portaudio",
        note: "sound goes through a C library here; another process can play it, or exempt this main",
        source: "portaudio.go"),
      Knowledge(
        "github.com/getlantern/systray",
        replacements: [Replacement("fyne.io/systray", "on Linux it speaks D-Bus", source: "sozercan/vekil#47")],
        source: "systray_nonwindows.go"),
      Knowledge(
        "github.com/containers/psgo/internal/host", kind: .fallback, note: "it then reads /proc/self/auxv",
        source: "host_nocgo.go"),
    ] + ["go.podman.io/storage", "github.com/containers/storage"].flatMap(storage) + [
      Knowledge(
        "github.com/moby/moby/v2/daemon/graphdriver/btrfs",
        tags: [Tag(name: "exclude_graphdriver_btrfs", source: "moby/moby, project/PACKAGERS.md")],
        note: "without cgo there is no btrfs driver either way", source: "dummy_unsupported.go"),
      Knowledge(
        "github.com/moby/moby/v2/daemon/internal/quota",
        note: "its error blames the file system; it is the build that has no quotas",
        source: "projectquota_unsupported.go"),
      Knowledge(
        "github.com/ethereum/go-ethereum/crypto", kind: .fallback,
        note: "signatures are then made by decred's secp256k1, more slowly", source: "signature_nocgo.go"),
      Knowledge(
        "github.com/karalabe/usb", kind: .stub, note: "it then finds no devices and says nothing of it",
        source: "usb_disabled.go"),
      Knowledge(
        "github.com/karalabe/hid", kind: .stub, note: "it then finds no devices and says nothing of it",
        source: "hid_disabled.go"),
      Knowledge(
        "github.com/ebitengine/purego/...", note: "nothing makes it static: remove what imports it",
        source: "ebitengine/purego#132"),
      Knowledge(
        "github.com/DataDog/go-libddwaf/...",
        tags: [Tag(name: "datadog.no_waf", source: "DataDog/go-libddwaf#57")],
        note: "without the tag appsec it is not used either", source: "DataDog/go-libddwaf#57"),
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
            "github.com/hashicorp/go-plugin", "plugins are processes of their own", source: "golang/go#19569")
        ], note: "github.com/tetratelabs/wazero runs plugins that are compiled to WebAssembly",
        source: "golang/go#19569"),
      Knowledge(
        "crypto/internal/boring",
        note: "GOEXPERIMENT=boringcrypto has no effect without cgo; GOFIPS140 of Go 1.24 is FIPS 140 in pure Go",
        source: "golang/go#68588"),
      Knowledge(
        "runtime/cgo", note: "keep what uses runtime/cgo in files that import \"C\", and out of this main",
        source: "runtime/cgo"),
    ]

  /// The packages of containers/storage, which has moved.
  private static func storage(_ module: ByteString) -> [Knowledge] {
    [
      Knowledge(
        module + "/drivers/btrfs",
        tags: [Tag(name: "exclude_graphdriver_btrfs", source: "containers/storage, register_btrfs.go")],
        note: "without cgo there is no btrfs driver either way", source: "dummy_unsupported.go"),
      Knowledge(
        module + "/drivers/copy", kind: .fallback, note: "files are then copied through tar, without reflinks",
        source: "copy_unsupported.go"),
      Knowledge(
        module + "/drivers/quota",
        note: "its error blames the file system; it is the build that has no quotas",
        source: "projectquota_unsupported.go"),
      Knowledge(
        module + "/pkg/unshare",
        note: "without cgo a rootless program cannot enter a user namespace by itself; allow it if root runs it",
        // It obeys variables that Cmd.Start sets.
        constructorServes: ["Cmd", "Command", "MaybeReexecUsingUserNamespace"], source: "unshare_cgo.go"),
    ]
  }

  /// What to tell a person, a sentence each.
  var advice: [String] {
    var lines: [String] = []
    for replacement in replacements {
      let caveat = replacement.caveat.map { "; \($0)" } ?? ""
      lines.append("\(replacement.path) does it in pure Go\(caveat)")
    }
    for tag in tags { lines.append("the build tag \(tag.name) takes it out (\(tag.source))") }
    if let note { lines.append(note) }
    return lines
  }
}

extension Evidence {
  /// What to do about a package: what is known of it, else what holds for its class.
  func advice(on package: Package, orElse general: String) -> [String] {
    Knowledge.of(package.importPath).map(\.advice).flatMap { $0.isEmpty ? nil : $0 } ?? [general]
  }
}
