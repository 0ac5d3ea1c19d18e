import Bytes
package import Diagnostics
import Reports

/// The form in which `staticgo affected` lists mains.
package enum AffectedFormat: String, Sendable, CaseIterable { case list, nul, json, github, gitlab, bazel }

/// Returns the mains of a report in a form that another tool takes. Without mains it is an empty list in that form.
///
/// list and nul have a path for `go build` each, below the root of the repository; bazel has labels, as Gazelle names them;
/// github is a matrix; gitlab is a child pipeline.
package func affectedReport(_ report: Report, _ format: AffectedFormat) -> String {
  switch format {
  case .list: distinct(report).map { printable(path(of: $0)) + "\n" }.joined()
  // Names are bytes, and NUL is in none.
  case .nul: distinct(report).map { path(of: $0) + "\0" }.joined()
  case .json:
    jsonLine(
      AffectedJSON(
        base: report.base?.commit, snapshot: report.snapshot.kind.rawValue,
        affected: report.mains.map(AffectedJSON.Main.init)))
  case .github: jsonLine(Matrix(include: report.mains.map(Matrix.Row.init)))
  case .gitlab: pipeline(report.mains)
  case .bazel: distinct(report).map { printable(label(of: $0)) + "\n" }.joined()
  }
}

/// The mains, each once, whatever the number of targets.
private func distinct(_ report: Report) -> [MainName] {
  Set(report.mains.map(\.name)).sorted { $0.directory < $1.directory }
}

private func path(of main: MainName) -> String { main.directory.isEmpty ? "." : "./" + main.directory.text }

/// The label of the rule that Gazelle makes for a main: it has the name of the directory, and in the root that of the module.
private func label(of main: MainName) -> String {
  main.directory.isEmpty ? "//:\(main.importPath.baseName.text)" : "//\(main.directory.text)"
}

private struct AffectedJSON: Encodable {
  struct Main: Encodable {
    let importPath: String
    let dir: String
    let target: String
    let because: [String]
    let chain: [JSONPlace]

    init(_ main: MainResult) {
      (importPath, dir, target) = (
        main.importPath.text, main.directory.isEmpty ? "." : main.directory.text, main.target
      )
      because = main.because.map(\.text)
      chain = main.becauseChain.map(JSONPlace.init)
    }
  }

  struct JSONPlace: Encodable {
    let package: String
    let file: String
    let line: Int

    init(_ hop: Hop) {
      (package, file, line) = (hop.package.text, hop.location.file.text, hop.location.line)
    }
  }
  let version = 1
  let base: String?
  let snapshot: String
  let affected: [Main]
}

/// A matrix of GitHub Actions (docs.github.com, workflow syntax, `strategy.matrix.include`).
private struct Matrix: Encodable {
  struct Row: Encodable {
    let name: String
    let dir: String
    let path: String
    let target: String
    let goos: String
    let goarch: String

    init(_ main: MainResult) {
      (name, dir) = (main.name.text, main.directory.isEmpty ? "." : main.directory.text)
      (path, target) = (Answers.path(of: main.name), main.target)
      let parts = main.target.split(separator: "/").map(String.init)
      (goos, goarch) = (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
  }
  let include: [Row]
}

/// A child pipeline of GitLab (docs.gitlab.com, downstream pipelines): a job for each main and target. It must have a job, also
/// where nothing is to be done.
private func pipeline(_ mains: [MainResult]) -> String {
  var text = """
    # Made by staticgo affected --format gitlab. The jobs extend .affected.
    .affected:
      image: golang
      variables: {CGO_ENABLED: "0"}
      script:
        - go build -o bin/ "$MAIN"
        - go test "$MAIN/..."


    """
  if mains.isEmpty {
    text += "nothing affected:\n  image: alpine\n  script: [\"true\"]\n"
  }
  for main in mains {
    let parts = main.target.split(separator: "/").map(String.init)
    // A JSON string is a string of YAML too.
    text += """
      \(quoted("\(main.name.text) \(main.target)")):
        extends: .affected
        variables:
          MAIN: \(quoted(path(of: main.name).replacing("$", with: "$$")))
          GOOS: \(quoted(parts.first ?? ""))
          GOARCH: \(quoted(parts.count > 1 ? parts[1] : ""))


      """
  }
  return text
}

private func quoted(_ text: String) -> String {
  let line = jsonLine([text]).filter { $0 != "\n" }
  return String(line.dropFirst().dropLast())
}
