import Foundation
import TestSupport
import Testing

/// Runs `go list -deps -e -json` and `staticgo list --deps` with the same patterns, and returns the differences.
struct Comparison {
  let toolchain: TestedToolchain
  let recorder: Recorder
  let directory: URL
  var target: String
  var cgo: Bool
  var tags = ""
  var patterns: [String]
  var environment: [String: String] = [:]
  var cache: URL?

  /// Every field that `staticgo list` prints.
  private static let fields = [
    "ImportPath", "Dir", "Name", "Standard", "DepOnly", "Module", "GoFiles", "CgoFiles", "IgnoredGoFiles",
    "IgnoredOtherFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles", "SwigCXXFiles",
    "SysoFiles", "EmbedPatterns", "EmbedFiles", "TestGoFiles", "XTestGoFiles", "Imports", "ImportMap", "Deps", "Error",
  ]
  private static let moduleFields = ["Path", "Version", "Main", "Dir", "GoVersion", "Replace"]

  /// Returns the number of packages of `go list`, and the differences.
  func run() throws -> (count: Int, differences: [String]) {
    let platform = target.split(separator: "/").map(String.init)
    var settings = [
      "GOROOT": recorder.root.path, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "", "GOENV": "off",
    ]
    settings.merge(environment) { $1 }
    let known = toolchain.release == "1.19" ? [] : ["-pgo=off"]
    let asked = try #require(
      outputOf(
        toolchain.program.path,
        ["list", "-deps", "-e", "-json=\(Self.fields.joined(separator: ","))"] + known
          + (tags.isEmpty ? [] : ["-tags=\(tags)"]) + patterns, in: directory,
        environment: settings.merging([
          "GOOS": platform[0], "GOARCH": platform[1], "CGO_ENABLED": cgo ? "1" : "0",
        ]) { $1 }), "go list failed")
    var mine = settings
    mine["GOROOT"] = nil
    mine["PATH"] =
      recorder.program.deletingLastPathComponent().path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    let answered = try #require(
      outputOf(
        Self.product.path,
        ["list", "--deps", "--target", target, "--cgo", cgo ? "on" : "off"]
          + (cache.map { ["--cache-dir", $0.path] } ?? ["--no-cache"]) + (tags.isEmpty ? [] : ["--tags", tags])
          + patterns, in: directory, environment: mine), "staticgo list failed")
    let theirs = try Self.packages(asked)
    let ours = try Self.packages(answered)
    var differences: [String] = []
    for (index, (their, our)) in zip(theirs, ours).enumerated() where their != our {
      let name = their["ImportPath"] as? String ?? "?"
      for field in Self.fields where (their[field] as? NSObject) != (our[field] as? NSObject) {
        let (want, have) = (their[field] ?? "nothing", our[field] ?? "nothing")
        differences.append("\(index) \(name): \(field): go: \(want) staticgo: \(have)")
      }
    }
    if theirs.count != ours.count { differences.append("\(theirs.count) packages of go, \(ours.count) of staticgo") }
    return (theirs.count, differences)
  }

  /// The built program, or the one in STATICGO_TEST_PROGRAM: a release is ten times as fast.
  static let product: URL = {
    if let named = ProcessInfo.processInfo.environment["STATICGO_TEST_PROGRAM"] { return URL(fileURLWithPath: named) }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("staticgo")
  }()

  /// Returns the objects of a stream of JSON, in order, with the compared fields; an empty field is omitted.
  private static func packages(_ text: String) throws -> [NSDictionary] {
    var objects: [String] = []
    // go list indents, so only the braces of the objects themselves are at the start of a line; staticgo prints one a
    // line.
    if text.hasPrefix("{\n") {
      objects = text.components(separatedBy: "\n}\n").dropLast().map { $0 + "\n}" }
    } else {
      objects = text.split(separator: "\n").map(String.init)
    }
    return try objects.map { object in
      let read = try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any] ?? [:]
      return normalized(read.filter { fields.contains($0.key) }) as NSDictionary
    }
  }

  private static func normalized(_ object: [String: Any]) -> [String: Any] {
    var kept: [String: Any] = [:]
    for (key, value) in object {
      switch value {
      case let list as [Any] where list.isEmpty && key != "ImportStack": continue
      case let text as String where text.isEmpty && key != "Pos": continue
      case let nested as [String: Any]:
        let isModule = key == "Module" || key == "Replace"
        kept[key] = normalized(isModule ? nested.filter { moduleFields.contains($0.key) } : nested)
      case is NSNull: kept[key] = [Any]()
      default: kept[key] = value
      }
    }
    return kept
  }
}
