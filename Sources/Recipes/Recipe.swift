package import Bytes
package import GoBuild
package import Shell

/// A place in the repository that builds mains for release, evaluated as far as its file shows.
package struct Recipe: Sendable, Hashable {
  /// Whether go builds with cgo.
  package enum CgoState: Sendable, Hashable {
    /// CGO_ENABLED=0; the line that sets it.
    case off(line: Int?)
    /// CGO_ENABLED=1.
    case on(line: Int?)
    /// CGO_ENABLED is not set, and the build image has a C compiler: cgo is on unless go builds for another platform.
    case withCompiler(line: Int?)
    /// CGO_ENABLED is not set, and the build image happens to have no C compiler.
    case withoutCompiler
    /// Built for another platform than that of the machine, for which cgo is off.
    case cross
    case unknown(String)
  }

  /// A line of a file.
  package struct Place: Sendable, Hashable {
    package let file: ByteString
    package let line: Int
  }

  package let file: ByteString
  package var line: Int
  /// The go command in a Makefile or script that the line runs; nil where the line is the command.
  package var called: Place?
  /// The command in a few words, such as `go build`.
  package let command: String
  /// The packages it builds.
  package var subjects: [Subject]
  /// The GOOS and GOARCH; nil where they are the machine's, or unknown.
  package var system: String?
  package var architecture: String?
  /// The line that sets GOARCH.
  package var architectureLine: Int?
  package var tags: [String]
  /// The flags of go build as written.
  package var flags: [BuildFlag]
  /// Whether a variable, a script or GOFLAGS may add flags.
  package var hasUnknownFlags = false
  package var cgo: CgoState
  /// The line and name of the image that builds, and of the last image that gets the program; nil where unknown.
  /// Whether the packages are relative to the root for certain, and not to the directory of the file.
  package var isAtRoot = false
  /// The platforms of a release that one command builds, on one machine.
  package var targets: [Platform] = []
  /// Whether the recipe applies to its targets alone, in place of another one.
  package var isOverride = false
  /// Whether a condition decides whether the command runs: another one may build the same.
  package var isConditional = false
  /// Whether the command builds several packages, and whether it keeps no program.
  package var isSeveral = false
  package var isCheck = false
  /// The names of the files that are copied from the stage of the build.
  package var copied: Set<ByteString> = []
  package var builder: Stage?
  package var runtime: Stage?

  package init(
    file: ByteString, line: Int, command: String, subjects: [Subject], tags: [String], flags: [BuildFlag], cgo: CgoState
  ) {
    (self.file, self.line, self.command, self.subjects) = (file, line, command, subjects)
    (self.tags, self.flags, self.cgo) = (tags, flags, cgo)
  }

  /// A package argument of go.
  package enum Subject: Sendable, Hashable {
    /// A directory relative to the build context: the root of the repository, or the directory of the file.
    case directory(ByteString)
    /// Every main below a directory.
    case below(ByteString)
    case importPath(ByteString)
    case unknown
  }

  package struct Compatibility: Sendable, Hashable {
    package let name: String
    package let line: Int

    package init(name: String, line: Int) { (self.name, self.line) = (name, line) }
  }

  /// An image of a Dockerfile at its FROM line.
  package struct Stage: Sendable, Hashable {
    package let image: BaseImage
    package let line: Int
    /// The package with which a program may run that was linked with glibc, on an image that has another C library.
    package var compatibility: Compatibility?

    package init(image: BaseImage, line: Int, compatibility: Compatibility? = nil) {
      (self.image, self.line, self.compatibility) = (image, line, compatibility)
    }
  }

  /// The word for the cgo state in JSON.
  package var cgoWord: String {
    switch cgo {
    case .off, .cross: "off"
    case .on: "on"
    case .withCompiler, .withoutCompiler: "machine"
    case .unknown: "unknown"
    }
  }
}

/// Everything that is read in one file with recipes.
package struct RecipeFile: Sendable {
  package let path: ByteString
  package var recipes: [Recipe] = []
  package var lost: [LostSetting] = []
  package var shellless: [MissingShell] = []
  /// The images that the file builds for several platforms, or with build arguments.
  package var images: [PublishedImage] = []
  /// The build arguments that a stage of a Dockerfile declares.
  package var declared: Set<String> = []
  /// The commands that build somehow, and are not followed, such as `make`, with the reason.
  package var notFollowed: [(line: Int, reason: String)] = []

  /// The commands that look whether a program is static, and cannot tell: `ldd` or `file`, with `grep`.
  package private(set) var checks: [(program: String, line: Int)] = []

  /// Notes the checks of a shell.
  package mutating func noteChecks(of shell: ShellRun) {
    for (command, next) in zip(shell.commands, shell.commands.dropFirst()) {
      guard let program = command.texts.first.flatMap({ $0 }), ["ldd", "file"].contains(program),
        ["grep", "egrep"].contains(next.texts.first ?? ""),
        next.texts.contains(where: { text in ["static", "dynamic"].contains { text?.contains($0) ?? false } })
      else { continue }
      if !checks.contains(where: { $0.line == command.line }) { checks.append((program, command.line)) }
    }
  }

  /// A command, step or target that builds an image from a Dockerfile.
  package struct PublishedImage: Sendable, Hashable {
    package let dockerfile: ByteString
    /// Empty where they are not named.
    package let platforms: [String]
    package let line: Int
    /// The names of the build arguments that it passes.
    package let arguments: [Argument]

    package struct Argument: Sendable, Hashable {
      package let name: String
      package let line: Int

      package init(name: String, line: Int) { (self.name, self.line) = (name, line) }

      /// Whether go reads the variable of this name.
      package var isOfGo: Bool { GoCommand.variables.contains(name) }
    }

    package init(dockerfile: ByteString, platforms: [String], line: Int, arguments: [Argument]) {
      (self.dockerfile, self.platforms, self.line, self.arguments) = (dockerfile, platforms, line, arguments)
    }
  }

  /// The columns of the text of each line, and the lines themselves.
  private var rows: [Range<Int>] = []
  private var lines: [ByteString] = []

  /// The text of a line, without its end.
  package func text(of line: Int) -> ByteString { lines.indices.contains(line - 1) ? lines[line - 1] : "" }

  /// The first line that contains a text; nil where none does.
  package func line(containing text: ByteString) -> Int? {
    lines.firstIndex { $0.firstIndex(of: text) != nil }.map { $0 + 1 }
  }

  package init(_ path: ByteString) { self.path = path }

  /// Makes cgo unknown where the environment of the machine decides: another file may set it.
  package mutating func forgetMachine() {
    lost.removeAll { $0.cause == .makeVariable }
    for index in recipes.indices where !recipes[index].targets.isEmpty {
      if case .withCompiler = recipes[index].cgo {
        recipes[index].cgo = .unknown("another file of the repository sets CGO_ENABLED")
      }
    }
  }

  /// The columns of a line's text, from 1, without white space around it and the sign that continues it.
  package func columns(of line: Int) -> Range<Int> { rows.indices.contains(line - 1) ? rows[line - 1] : 1..<1 }

  /// An instruction that needs a shell in an image that has none.
  package struct MissingShell: Sendable {
    /// `ENTRYPOINT`, `CMD` or `RUN`.
    package let instruction: String
    package let line: Int
    package let image: Recipe.Stage
    /// The script that the instruction runs, and its interpreter; nil where the instruction itself needs the shell.
    package var script: (path: ByteString, interpreter: String)?

    package init(instruction: String, line: Int, image: Recipe.Stage) {
      (self.instruction, self.line, self.image) = (instruction, line, image)
    }
  }

  /// Notes the text of the file, for the places of findings.
  package mutating func setText(_ bytes: [UInt8]) {
    lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { ByteString($0) }
    rows = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { row in
      func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
      let start = row.firstIndex { !isBlank($0) } ?? row.startIndex
      let end = row.lastIndex { !isBlank($0) && $0 != UInt8(ascii: "\\") } ?? start
      return (start - row.startIndex + 1)..<(max(start, end) - row.startIndex + 2)
    }
    // A quoted text of YAML has more line breaks than its file, where these are carriage returns.
    let last = rows.count
    for index in recipes.indices { recipes[index].line = min(recipes[index].line, last) }
    lost = lost.map { LostSetting(name: $0.name, cause: $0.cause, line: min($0.line, last)) }
    notFollowed = notFollowed.map { (min($0.line, last), $0.reason) }
  }
}

extension Recipe.Subject {
  package func pack(into note: inout Packer) {
    let (kind, text): (UInt8, ByteString) =
      switch self {
      case .directory(let path): (1, path)
      case .below(let path): (2, path)
      case .importPath(let path): (3, path)
      case .unknown: (0, "")
      }
    note.byte(kind)
    note.text(text)
  }

  package init(from note: inout Unpacker) {
    let (kind, text) = (note.byte(), note.text())
    self =
      switch kind {
      case 1: .directory(text)
      case 2: .below(text)
      case 3: .importPath(text)
      default: .unknown
      }
  }
}
