import Answers
import ArgumentParser
import Bytes
import Diagnostics
import GoToolchain
import Linkage
import Reports
import System

struct MatrixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Build a main with cgo off and on, with several Go toolchains and C compilers, and show the linkage.",
    discussion: """
      Examples:
        staticgo matrix ./cmd/app                with cgo off and on
        staticgo matrix ./cmd/app --cc musl-gcc  with another C compiler
      """)

  @Argument(help: "The main package: a directory such as ./cmd/app, or an import path.", completion: .mains)
  var main: String

  @Option(name: .customShort("C"), help: ArgumentHelp("Run as if started in DIR.", valueName: "dir"))
  var directory: String?

  @Option(help: ArgumentHelp("Use this go program (repeatable; default: from PATH).", valueName: "path"))
  var go: [String] = []

  @Option(
    help: ArgumentHelp(
      "Build with this C compiler, such as musl-gcc; repeat it to compare (default: Go's choice).", valueName: "program"
    ))
  var cc: [String] = []

  @Option(help: ArgumentHelp("Set build tags, separated by commas.", valueName: "a,b"))
  var tags: String?

  @Option(help: "Use text or json.")
  var format: InspectCommand.Format = .text

  private struct Row: Encodable {
    let toolchain: String
    let goroot: String
    let cgo: Bool
    let cCompiler: String?
    /// Whether a plain `go build` builds like this.
    let isDefault: Bool
    var binary: InspectJSON.File?
    /// The reason why the build failed; nil if it succeeded.
    var failure: String?

    var cells: [String] {
      guard let binary else { return [] }
      let words = [
        "static": "static", "as-static-as-possible": "as static as possible", "not-static": "dynamic",
        "not-a-program": "dynamic",
      ]
      return [
        binary.cLibrary ?? "-", words[binary.linkage] ?? binary.linkage, binary.interpreter ?? "-",
        binary.needed.isEmpty ? "-" : binary.needed.joined(separator: " "),
      ]
    }
  }

  /// The JSON of the command.
  private struct Matrix: Encodable {
    let version = 1
    let main: String
    let rows: [Row]
    /// The verdict of the source about the builds without cgo, where it is degraded.
    let verdict: String?
    let remarks: [String]
  }

  func run() throws {
    let origin = try currentDirectory()
    if let directory {
      do { try changeDirectory(to: ByteString(directory)) } catch {
        printError("\(error). Pass an existing directory to -C.")
        throw Outcome.usage.exit
      }
    }
    guard !main.hasPrefix("-") else {
      printError("invalid package \(main)")
      throw Outcome.usage.exit
    }
    var rows: [Row] = []
    let line = ProgressLine(isShown: true)
    let programs: [ByteString?] =
      go.isEmpty
      ? [nil]
      : go.map { path in
        path.contains("/") && !path.hasPrefix("/") ? origin.appending(ByteString(path)).cleaned : ByteString(path)
      }
    // Toolchains of the same version get a number, which the legend below the table explains.
    var legend: [String] = []
    do {
      let directory = try currentDirectory()
      let toolchains = try programs.map { try Toolchain(path: $0, in: directory) }
      for (index, toolchain) in toolchains.enumerated() {
        let isOneOfSeveral = toolchains.count { $0.version == toolchain.version } > 1
        let name = toolchain.version.text + (isOneOfSeveral ? " [\(index + 1)]" : "")
        if isOneOfSeveral { legend.append("[\(index + 1)] \(printable(toolchain.root))") }
        func build(_ cgo: Bool, _ compiler: String?) throws -> Row {
          try self.build(toolchain, name, cgo: cgo, compiler: compiler, line)
        }
        rows.append(try build(false, nil))
        for compiler in cc.isEmpty ? [nil] : cc.map(Optional.some) {
          rows.append(try build(true, compiler))
        }
      }
    } catch let error as ToolchainError {
      line.show(nil)
      printError("cannot \(error.operation): \(error.message)")
      throw Outcome.notJudged.exit
    }
    line.show(nil)
    let remark = rows.contains { !$0.cgo && $0.failure == nil } ? SourceRemark(main: main, tags: tags) : nil
    if format == .json {
      let matrix = Matrix(
        main: main, rows: rows, verdict: remark?.verdict.rawValue, remarks: remark?.headlines ?? [])
      try printResult(SafeText(escapedByFormat: jsonLine(matrix)))
    } else {
      let remarks =
        remark.map { remark in remark.headlines.map { "\(remark.verdict.rawValue): \(printable($0))\n" } } ?? []
      StandardStream.output.write(
        SafeText(lines: table(rows, remark) + remarks.joined() + legend.map { $0 + "\n" }.joined()))
    }
    if rows.allSatisfy({ $0.failure != nil }) { throw Outcome.notJudged.exit }
  }

  private func build(
    _ toolchain: Toolchain, _ name: String, cgo: Bool, compiler: String?, _ line: ProgressLine
  ) throws -> Row {
    let isDefault = toolchain.cgoByDefault == cgo && (!cgo || compiler == nil || compiler == cc.first)
    var row = Row(
      toolchain: name, goroot: toolchain.root.text, cgo: cgo, cCompiler: compiler, isDefault: isDefault)
    let output = try TemporaryDirectory(prefix: "staticgo")
    // A directory may belong to a different module, so go runs there.
    let current = try currentDirectory()
    let path = main.hasPrefix("/") ? ByteString(main) : current.appending(ByteString(main)).cleaned
    // A directory wins over an import path, as in every other command.
    let isPath = isDirectory(path)
    var build = Build(
      directory: isPath ? path : current, system: toolchain.defaultPlatform.system,
      architecture: toolchain.defaultPlatform.architecture)
    build.cgoEnabled = cgo
    build.cCompiler = compiler
    build.workspace = nil
    build.tags = (tags ?? "").split(separator: ",").map(String.init)
    let outcome = try toolchain.link([isPath ? "." : ByteString(main)], into: output.path, build) {
      line.show("building \(main) with \(toolchain.version.text), cgo \(cgo ? "on" : "off") \(compiler ?? "")")
    }
    guard let name = try listDirectory(output.path).first?.name else {
      let reason = outcome.messages.map { message in
        let first = message.message.split(separator: "\n").joined(separator: " ")
        guard let file = message.file else { return first }
        return "\(file.text):\(message.line):\(message.column): \(first)"
      }
      row.failure = reason.first ?? (outcome.isSuccess ? "\(main) is not a main package" : "go build failed")
      return row
    }
    let read = try withBinary(output.path.appending(name)) { bytes in (try? Binary.read(bytes))?.first }
    guard let binary = read else {
      row.failure = "the binary is not ELF, Mach-O or PE"
      return row
    }
    row.binary = InspectJSON.File(binary, name.text, [])
    return row
  }

  private func table(_ rows: [Row], _ remark: SourceRemark?) -> String {
    let header = ["toolchain", "cgo", "C library", "linked", "interpreter", "needs"]
    let lines = rows.map { row in
      var cells = row.cells.map { printable($0) }
      if !row.cgo, let remark, cells.count > 1 { cells[1] += ", \(remark.verdict.rawValue)" }
      return [row.toolchain, (row.cgo ? "on" : "off") + (row.isDefault ? " *" : "")] + cells
    }
    let widths = header.indices.map { column in
      max(header[column].count, lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { index, cell in
        index == cells.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      return padded.joined(separator: "  ") + "\n"
    }
    var text = line(header)
    for (row, cells) in zip(rows, lines) {
      guard let failure = row.failure else {
        text += line(cells)
        continue
      }
      text += line(cells + ["fails: " + printable(failure)])
    }
    return text + "* default of go build\n"
  }
}
