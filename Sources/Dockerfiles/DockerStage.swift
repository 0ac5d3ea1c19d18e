import Bytes
import Recipes
import Shell

/// A stage of a Dockerfile, as its instructions have left it.
struct DockerStage {
  var name: String?
  /// The index of the stage that it is FROM.
  var parent: Int?
  let image: BaseImage
  var line: Int
  var environment = Environment()
  var arguments = Environment()
  var directory: ByteString? = "/"
  /// ENTRYPOINT and CMD.
  var starts: [String: DockerInstruction] = [:]
  /// The copies from other stages; the stage is nil for an image.
  var copies: [Copy] = []
  /// The settings that `go env -w` wrote in the image.
  var goEnvironment = Environment()
  /// Whether ONBUILD has instructions for the stages that are FROM this one.
  var hasTriggers = false
  private(set) var hasCompiler: Bool?
  private(set) var compilerLine: Int?
  private(set) var hasShell: Bool?
  private var library: BaseImage.Library?
  var contents: ImageContents
  private var compatibility: Recipe.Compatibility?
  /// The paths of the build context, and where they are copied to.
  private var sources: [(source: ByteString, target: ByteString)] = []

  struct Copy {
    let stage: Int?
    let source: ByteString
    let target: ByteString
    let isDirectory: Bool

    /// Returns where a file of the other stage goes; nil where this does not copy it. A file whose path is not known may
    /// be the one that is copied, unless that is plainly something else.
    func place(of path: ByteString?) -> ByteString?? {
      guard let path else {
        let others = ["/etc", "/usr/share", "/lib", "/usr/lib", "/tmp", "/var"]
        return others.contains { source.isWithin(ByteString($0)) } ? nil : .some(nil)
      }
      if source.contains(UInt8(ascii: "*")) {
        guard Glob.matches(source, path) else { return nil }
        return .some(target.appending(path.baseName))
      }
      if path == source { return .some(isDirectory ? target.appending(path.baseName) : target) }
      guard let below = path.relative(to: source) else { return nil }
      return .some(target.appending(below).cleaned)
    }
  }

  private let assumesRoot: Bool

  init(name: String?, image: BaseImage, line: Int, assumesRoot: Bool) {
    self.assumesRoot = assumesRoot
    self.name = name
    self.image = image
    self.line = line
    hasCompiler = image.hasCompiler
    hasShell = image.hasShell
    library = image.library
    contents = image.contents
    environment.others = image.isPlain ? .unset : .unknown
    arguments.others = .unset
    // The official images set only what go needs (docker-library/golang).
    if image.isPlain { environment["GOPATH"] = Variable(.known("/go")) }
  }

  /// The image as it is now.
  var asImage: Recipe.Stage {
    var image = image
    (image.library, image.hasShell, image.hasCompiler) = (library, hasShell, hasCompiler)
    image.contents = contents
    return Recipe.Stage(image: image, line: line, compatibility: compatibility)
  }

  /// The variables of a command: ENV comes before ARG.
  var visible: Environment {
    var visible = environment
    for name in arguments.names where !environment.names.contains(name) { visible[name] = arguments[name] }
    return visible
  }

  // MARK: Paths

  mutating func enter(_ directory: Setting) { self.directory = path(directory.text) }

  /// The absolute path for one in an instruction; nil where it is not known.
  func path(_ text: String?) -> ByteString? {
    guard let text, let directory else { return nil }
    return (text.hasPrefix("/") ? ByteString(text) : directory.appending(ByteString(text))).cleaned
  }

  /// Notes a COPY of the build context. A source whose name has an extension is a file; the content of a directory goes
  /// into the target.
  mutating func addSource(_ source: ByteString, to target: ByteString, isDirectory: Bool) {
    contents.add(target, from: source)
    let clean = source.cleaned
    var path = clean == "." || clean == "/" ? "" : clean.hasPrefix("/") ? clean.dropFirst(1) : clean
    let name = path.baseName
    if name.contains(UInt8(ascii: "*")) {
      path = path.directory
      sources.append((path, target))
    } else if name.dropFirst(1).contains(UInt8(ascii: ".")) {
      let file = isDirectory ? target.appending(name).cleaned : target
      sources.append((path, file))
      // Without another COPY, the file has the same directory in the repository.
      if path.directory.baseName == file.directory.baseName || path.directory.isEmpty {
        sources.insert((path.directory, file.directory), at: 0)
      }
    } else {
      sources.append((path, target))
      // A file without an extension.
      if isDirectory { sources.insert((path, target.appending(name).cleaned), at: 0) }
    }
    noteContents(source)
    // ADD unpacks an archive.
    if ["tar", "gz", "tgz", "xz", "bz2", "zst"].contains(name.split(UInt8(ascii: ".")).last ?? "") { copyUnknown() }
  }

  mutating func addCopy(from stage: Int?, _ source: ByteString, to target: ByteString, isDirectory: Bool) {
    contents.add(target, from: source)
    copies.append(Copy(stage: stage, source: source.cleaned, target: target, isDirectory: isDirectory))
    // A whole root file system has whatever it has.
    if source.cleaned == "/" { copyUnknown() }
    noteContents(target)
    noteContents(source)
  }

  /// Something is copied that is not known.
  mutating func copyUnknown() {
    (library, compatibility) = (nil, nil)
    contents.mayGainAll()
    if hasShell == false { hasShell = nil }
  }

  /// A copy may bring a loader or a shell.
  private mutating func noteContents(_ path: ByteString) {
    let clean = path.cleaned
    let name = clean.baseName.text
    if name.hasPrefix("ld-") || ["lib", "lib64", "rootfs"].contains(name)
      || ["/lib", "/lib64", "/usr/lib"].contains(where: { clean.isWithin(ByteString($0)) })
    {
      copyUnknown()
    }
    if ["sh", "bash", "busybox", "toybox", "dash", "bin"].contains(name), hasShell == false { hasShell = nil }
  }

  /// The paths in the build context that a path in the image may come from, the last copy first.
  func origins(of path: ByteString) -> [ByteString] {
    sources.reversed().compactMap { source, target in
      guard path == target || path.isWithin(target) else { return nil }
      let below = path.relative(to: target) ?? ""
      return source.appending(below).cleaned
    }
  }

  /// A `--mount` of the build context is a source too.
  mutating func mount(_ flag: String) {
    guard flag.hasPrefix("--mount=") else { return }
    var options: [String: String] = [:]
    for option in flag.dropFirst(8).split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      options[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    guard options["type"] == nil || options["type"] == "bind", options["from"] == nil,
      let target = path(options["target"] ?? options["dst"] ?? options["destination"])
    else { return }
    let source = ByteString(options["source"] ?? options["src"] ?? "").cleaned
    sources.append((source == "." ? "" : source, target))
  }

  // MARK: Packages

  private static let compilers: Set<String> = [
    "gcc", "g++", "build-base", "build-essential", "alpine-sdk", "clang", "musl-dev", "gcc-c++",
  ]

  /// Notes the packages that a package manager installs or removes. A C compiler turns cgo on. A distribution's Go package
  /// also installs a C compiler: on Alpine it depends on gcc, on Debian it recommends gcc. With a compatibility library
  /// such as gcompat, a program may run that was linked with another C library.
  mutating func install(_ packages: [String?], line: Int) {
    let names = packages.compactMap { $0.map { String($0.prefix { $0 != "=" && $0 != "~" }) } }
    if names.contains(where: { ["--root", "-p"].contains($0) }) { return }
    if names.contains(where: { $0.contains("glibc") }) { copyUnknown() }
    if let name = names.first(where: { ["gcompat", "libc6-compat"].contains($0) }) {
      let isTemporary = names.contains { $0 == "-t" || $0 == "del" || $0.hasPrefix("--virtual") }
      if isTemporary { copyUnknown() } else { addCompatibility(name, line: line) }
    }
    if hasShell == false { hasShell = nil }
    if names.contains(where: { ["del", "remove", "purge"].contains($0) }) {
      if hasCompiler == true { hasCompiler = nil }
      return
    }
    let isGo = names.contains { $0 == "go" || $0.hasPrefix("golang") }
    if names.contains(where: Self.compilers.contains) {
      // A group of packages that a later command removes.
      let isTemporary = names.contains { $0 == "-t" || $0 == "--virtual" || $0.hasPrefix("--virtual=") }
      (hasCompiler, compilerLine) = (hasCompiler == true || !isTemporary ? true : nil, line)
    } else if isGo {
      (hasCompiler, compilerLine) = (names.contains("--no-install-recommends") ? nil : true, line)
    } else if packages.contains(nil), hasCompiler == false {
      hasCompiler = nil
    }
  }

  /// A program that was linked with glibc may run from here on.
  mutating func addCompatibility(_ name: String, line: Int) {
    if library == .musl { compatibility = Recipe.Compatibility(name: name, line: line) }
    library = nil
  }

  // MARK: go

  /// The path in the build context of a path that a command names in its directory; nil where it is not known.
  func origin(of path: ByteString, in directory: ByteString?) -> ByteString? {
    if assumesRoot, sources.isEmpty, let directory, directory == self.directory { return path.relative(to: directory) }
    return origins(of: path).first
  }

  /// The path of the program that a command writes; nil where it is not known.
  func output(of go: GoCommand) -> ByteString? {
    let package = go.packages.map { $0.isEmpty ? "." : $0[0] }
    // go names a program after the last element of the import path, which is the directory's name but for the root.
    let name = package.flatMap { package -> ByteString? in
      let bare = package.hasSuffix(".go") ? ByteString(package).directory.text : package
      guard let directory = go.directory, !bare.contains("...") else { return nil }
      let path = bare.isEmpty || bare == "." ? directory : directory.appending(ByteString(bare)).cleaned
      return path.baseName.isEmpty ? nil : path.baseName
    }
    if go.isInstall {
      guard let name, case .known(let goPath) = go.environment["GOPATH"].value else { return nil }
      let bin = go.environment["GOBIN"].value.text ?? ""
      return (bin.isEmpty ? ByteString(goPath).appending("bin") : ByteString(bin)).appending(name)
    }
    guard let written = go.flag("o") else {
      // Without a module path the name of a program in the root is not known.
      guard package != ".", let name else { return nil }
      return go.directory.map { $0.appending(name).cleaned }
    }
    guard written != GoCommand.placeholder, let directory = go.directory else { return nil }
    let path = (written.hasPrefix("/") ? ByteString(written) : directory.appending(ByteString(written))).cleaned
    guard written.hasSuffix("/") else { return path }
    return name.map { path.appending($0) }
  }
}

/// A pattern in the source of a COPY.
private enum Glob {
  /// Whether a pattern with `*` matches a path; a star never matches a slash.
  static func matches(_ pattern: ByteString, _ path: ByteString) -> Bool {
    let (patterns, parts) = (pattern.split(UInt8(ascii: "/")), path.split(UInt8(ascii: "/")))
    guard patterns.count == parts.count else { return false }
    return zip(patterns, parts).allSatisfy { pattern, part in
      let pieces = pattern.split(UInt8(ascii: "*"))
      guard pieces.count > 1 else { return pattern == part }
      return part.hasPrefix(pieces[0]) && part.hasSuffix(pieces[pieces.count - 1])
    }
  }
}
