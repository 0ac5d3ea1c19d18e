import ArgumentParser
import Bytes
import Check
import Diagnostics
import GoBuild
import GoGraph
import GoList
import Plan
import Queries
import Reports
import System

/// The values of --cgo.
enum CgoSetting: String, ExpressibleByArgument { case on, off }

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print packages as staticgo loads them, in the format of go list -json.",
    discussion: """
      Examples:
        staticgo list ./cmd/app  the packages of one directory
        staticgo list --mains    the main packages
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "Directories or import paths; /... matches everything below (default: ./...).")
  var patterns: [String] = []

  @Flag(help: "Print direct and indirect imports too.")
  var deps = false

  @Flag(help: "Print the mains of the repository, one directory a line, as check finds them.")
  var mains = false

  @Option(help: "Load packages with cgo on or off (default: off, as in a release; go list uses on).")
  var cgo: CgoSetting = .off

  func run() throws {
    var options = try subject.enter()
    options.patterns = patterns
    if mains {
      if deps { throw ValidationError("--mains and --deps cannot be combined") }
      let names = try orPrintError { () throws(CheckError) in try listMains(options) }
      try printResult(SafeText(lines: names.map { printable($0.text) + "\n" }.joined()))
      return
    }
    let packages = try orPrintError { () throws(CheckError) in
      try listPackages(options, cgoMode: cgo == .on ? .on : .off, includingDependencies: deps)
    }
    for package in packages {
      try printResult(SafeText(escapedByFormat: jsonLine(PackageLine(package))))
    }
  }
}

/// One line of the list. Empty fields are omitted, as in go list.
private struct PackageLine: Encodable {
  private let package: PackageDescription

  init(_ package: PackageDescription) { self.package = package }

  private struct Field: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  private struct Module: Encodable {
    let module: PackageDescription.Module

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Field.self)
      try container.encode(module.path, forKey: Field("Path"))
      try container.encodeIfPresent(module.version, forKey: Field("Version"))
      if let replacement = module.replacement.first {
        try container.encode(Module(module: replacement), forKey: Field("Replace"))
      }
      if module.isMain { try container.encode(true, forKey: Field("Main")) }
      try container.encodeIfPresent(module.directory, forKey: Field("Dir"))
      try container.encodeIfPresent(module.goVersion, forKey: Field("GoVersion"))
    }
  }

  private struct Failure: Encodable {
    let stack: [String]
    let position: String
    let message: String

    enum CodingKeys: String, CodingKey {
      case stack = "ImportStack"
      case position = "Pos"
      case message = "Err"
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Field.self)
    try container.encodeIfPresent(package.directory, forKey: Field("Dir"))
    try container.encode(package.importPath, forKey: Field("ImportPath"))
    if !package.name.isEmpty { try container.encode(package.name, forKey: Field("Name")) }
    if package.isStandard { try container.encode(true, forKey: Field("Standard")) }
    if package.isDependencyOnly { try container.encode(true, forKey: Field("DepOnly")) }
    if let module = package.module { try container.encode(Module(module: module), forKey: Field("Module")) }
    for (field, names) in package.lists { try container.encode(names, forKey: Field(field)) }
    if !package.importMap.isEmpty { try container.encode(package.importMap, forKey: Field("ImportMap")) }
    if let (stack, position, message) = package.error {
      try container.encode(Failure(stack: stack, position: position, message: message), forKey: Field("Error"))
    }
  }
}
