import Bytes
import Linkage

/// The JSON of `staticgo inspect`.
struct InspectReport: Encodable {
  struct File: Encodable {
    let file: String
    let format: String
    let architecture: String
    let type: String
    /// The GOOS; nil (not written) where the file does not show it.
    let system: String?
    /// `static`, `as-static-as-possible`, `not-static` or `not-a-program`.
    let linkage: String
    let interpreter: String?
    let needed: [String]
    let unresolved: [String]
    let cLibrary: String?
    let glibc: String?
    let loadsNameServices: Bool
    let explanation: [String]
    let go: Go?
  }

  /// The build information of a Go program.
  struct Go: Encodable {
    let version: String
    let settings: [String: String]
    let cgoPackages: [String]
  }

  struct Problem: Encodable {
    let file: String
    let message: String
  }

  let version = 1
  var files: [File] = []
  var errors: [Problem] = []
}

extension InspectReport.File {
  init(_ binary: Binary, _ file: String) {
    self.init(
      file: file, format: binary.format.rawValue, architecture: binary.architecture, type: binary.type,
      system: binary.system, linkage: binary.assessment.answer.name, interpreter: binary.interpreter?.text,
      needed: binary.needed.map(\.text), unresolved: binary.unresolved.map(\.text),
      cLibrary: binary.cLibrary?.rawValue, glibc: binary.glibcVersion, loadsNameServices: binary.loadsNameServices,
      explanation: binary.explanation,
      go: binary.go.map { go in
        InspectReport.Go(
          version: go.version,
          settings: Dictionary(go.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }),
          cgoPackages: binary.cgoPackages.map(\.text))
      })
  }
}

extension LinkageAssessment.Answer {
  /// The word for the answer in JSON.
  var name: String {
    switch self {
    case .isStatic: "static"
    case .asStaticAsPossible: "as-static-as-possible"
    case .notStatic: "not-static"
    case .notAProgram: "not-a-program"
    }
  }
}
