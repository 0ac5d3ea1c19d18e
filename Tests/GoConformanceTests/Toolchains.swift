import Foundation
import TestSupport
import Testing

/// A Go toolchain that conformance is tested against, behind a recorder.
struct TestedToolchain: Sendable, CustomTestStringConvertible {
  let goroot: URL
  let version: String

  var testDescription: String { version }

  /// As in `1.27`.
  var release: String { version.split(separator: ".").prefix(2).joined(separator: ".").replacing("go", with: "") }
  var program: URL { goroot.appendingPathComponent("bin/go") }

  init?(program: String) {
    let environment = ["GOTOOLCHAIN": "local", "GOFLAGS": "", "GOENV": "off"]
    guard let root = outputOf(program, ["env", "GOROOT"], environment: environment)?.trimmed, !root.isEmpty,
      let version = outputOf(program, ["env", "GOVERSION"], environment: environment)?.trimmed
    else { return nil }
    goroot = URL(fileURLWithPath: root)
    self.version = version
  }

  /// The `go` on PATH: the newest one, if .ci/setup has put it there.
  static let newest = TestedToolchain(program: "go")!

  /// The toolchains of STATICGO_TEST_GO, separated by colons, and Debian's.
  static let others: [TestedToolchain] = {
    let named = (ProcessInfo.processInfo.environment["STATICGO_TEST_GO"] ?? "").split(separator: ":").map(String.init)
    return (named + ["/usr/lib/go-1.19/bin/go"]).filter { FileManager.default.isExecutableFile(atPath: $0) }
      .compactMap(TestedToolchain.init).filter { $0.version != newest.version }
  }()

  var platforms: [String] {
    (outputOf(program.path, ["tool", "dist", "list"], environment: ["GOTOOLCHAIN": "local"]) ?? "")
      .split(separator: "\n").map(String.init)
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// A toolchain whose `go` logs each call, and refuses all but queries about itself: its environment, the tags of a
/// context, and the list of modules.
final class Recorder {
  let root: URL
  private let scratch: Scratch

  init(_ toolchain: TestedToolchain) throws {
    scratch = try Scratch()
    root = scratch.url.appendingPathComponent("goroot")
    let files = FileManager.default
    try files.createDirectory(at: root.appendingPathComponent("bin"), withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: toolchain.goroot.path) where name != "bin" {
      try files.createSymbolicLink(
        at: root.appendingPathComponent(name), withDestinationURL: toolchain.goroot.appendingPathComponent(name))
    }
    let go = root.appendingPathComponent("bin/go")
    try """
    #!/bin/sh
    echo "$*" >> '\(log.path)'
    case "$1 $2" in
      "env "*|"version "*) ;;
      "list -m"*) ;;
      "list -f") case "$3" in *context.*) ;; *) exit 97;; esac; for last; do :; done; [ "$last" = unsafe ] || exit 97 ;;
      *) exit 97 ;;
    esac
    GOROOT='\(root.path)' exec '\(toolchain.program.path)' "$@"
    """.write(to: go, atomically: true, encoding: .utf8)
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: go.path)
  }

  var program: URL { root.appendingPathComponent("bin/go") }
  private var log: URL { scratch.url.appendingPathComponent("calls") }

  var calls: [String] {
    ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }
}
