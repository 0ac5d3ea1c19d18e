import Bytes
package import Linkage

/// The JSON of `staticgo inspect`.
package struct InspectJSON: Encodable {
  package struct File: Encodable {
    let file: String
    let format: String
    let architecture: String
    let type: String
    /// The GOOS; nil (not written) where the file does not show it.
    let system: String?
    /// `static`, `as-static-as-possible`, `not-static` or `not-a-program`.
    package let linkage: String
    package let interpreter: String?
    package let needed: [String]
    let unresolved: [String]
    package let cLibrary: String?
    let glibc: String?
    let loadsNameServices: Bool
    let explanation: [String]
    /// The reasons why it is not what `--expect` and `--glibc-max` say.
    let objections: [String]
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
  let files: [File]
  let errors: [Problem]
}

extension InspectJSON.File {
  package init(_ binary: Binary, _ file: String, _ objections: [String]) {
    self.init(
      file: file, format: binary.format.rawValue, architecture: binary.architecture, type: binary.type,
      system: binary.system, linkage: binary.assessment.answer.name, interpreter: binary.interpreter?.text,
      needed: binary.needed.map(\.text), unresolved: binary.unresolved.map(\.text),
      cLibrary: binary.cLibrary?.rawValue, glibc: binary.glibcVersion, loadsNameServices: binary.loadsNameServices,
      explanation: binary.explanation, objections: objections,
      go: binary.go.map { go in
        InspectJSON.Go(
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
