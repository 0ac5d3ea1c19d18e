import Bytes

/// The arguments of directives, checked as `modfile.Parse` does for a main module
/// (golang.org/x/mod/modfile/rule.go, File.add).
extension Directive {
  func error(_ message: String) -> ModuleFileError { ModuleFileError(line: line, message: message) }

  /// Throws if the directive is in a block that may not be one.
  func checkBlock(_ blocks: Set<ByteString>, tolerant: Bool) throws(ModuleFileError) {
    guard isInBlock, !tolerant, !blocks.contains(verb) else { return }
    throw error("unknown block type \"\(verb.text)\"")
  }

  /// Throws if an earlier directive of the same kind has set the value.
  func requireFirst(_ earlier: ByteString?) throws(ModuleFileError) {
    guard earlier == nil else { throw error("repeated \(verb.text) statement") }
  }

  func onlyArgument() throws(ModuleFileError) -> ByteString {
    guard arguments.count == 1 else { throw error("\(verb.text) directive expects exactly one argument") }
    return arguments[0]
  }

  /// The version of a `go` line. In a dependency Go takes `1.21x` and `v1.21.x` for 1.21.
  func goVersion(tolerant: Bool) throws(ModuleFileError) -> ByteString {
    let text = try onlyArgument()
    guard tolerant || isStrictGoVersion(text) else {
      throw error("invalid go version '\(text.text)': must match format 1.23.0")
    }
    return text
  }

  /// The name of a `toolchain` line: `default`, or a name that begins with `go1` (modfile.ToolchainRE).
  func toolchainName() throws(ModuleFileError) -> ByteString {
    let text = try onlyArgument()
    guard text == "default" || text == "go1" || text.hasPrefix("go1.") else {
      throw error("invalid toolchain version '\(text.text)': must match format go1.23.0 or default")
    }
    return text
  }

  func godebugSetting() throws(ModuleFileError) -> ByteString {
    guard arguments.count == 1, arguments[0].contains(UInt8(ascii: "=")),
      !arguments[0].bytes.contains(where: { Array("\"`',".utf8).contains($0) })
    else { throw error("a godebug directive is written as: godebug key=value") }
    return arguments[0]
  }

  /// The module of a `require` or `exclude` line. A version that is a query is an error: Go would have to change the file.
  func moduleVersion() throws(ModuleFileError) -> ModuleVersion {
    guard arguments.count == 2 else {
      throw error("\(verb.text) expects a module and a version, such as: \(verb.text) example.com/lib v1.2.3")
    }
    let module = ModuleVersion(path: arguments[0], version: arguments[1])
    try check(module)
    try requireSemanticVersion(module.version, of: module.path)
    return module
  }

  /// Throws if the version does not fit the module's path.
  func check(_ module: ModuleVersion) throws(ModuleFileError) {
    guard let problem = versionProblem(of: module) else { return }
    let subject = module.version.isEmpty ? "" : "version \"\(module.version.text)\" invalid: "
    throw error("\(verb.text) \(module.path.text): \(subject)\(problem)")
  }

  /// Throws if a version is a query, such as `v1` or `latest`: Go would look it up and change the file.
  func requireSemanticVersion(_ version: ByteString, of path: ByteString) throws(ModuleFileError) {
    guard !isCompleteVersion(version) else { return }
    let subject = path.isEmpty ? verb.text : "\(verb.text) \(path.text)"
    throw error("\(subject): version \"\(version.text)\" invalid: must be of the form v1.2.3")
  }

  /// Returns the versions of a `retract` line. Throws unless it has a version or an interval `[v1.0.0, v1.1.0]`
  /// (parseVersionInterval).
  func retractedVersions() throws(ModuleFileError) -> [ByteString] {
    guard let first = arguments.first else {
      throw error("retract: expected a version, or '[' for a range of versions")
    }
    guard first == "[" else {
      try requireSemanticVersion(first, of: "")
      guard arguments.count == 1 else {
        throw error("retract: unexpected token after version: \"\(arguments[1].text)\"")
      }
      return [first]
    }
    let shape = ["version after '['", "',' after version", "version after ','", "']' after version"]
    for (index, expected) in shape.enumerated() {
      guard arguments.count > index + 1 else { throw error("retract: expected \(expected)") }
      let argument = arguments[index + 1]
      switch index {
      case 1: guard argument == "," else { throw error("retract: expected \(expected)") }
      case 3: guard argument == "]" else { throw error("retract: expected \(expected)") }
      default: try requireSemanticVersion(argument, of: "")
      }
    }
    guard arguments.count == 5 else { throw error("retract: unexpected token after version: \"\(arguments[5].text)\"") }
    return [arguments[1], arguments[3]]
  }
}

/// Whether a text matches `^([1-9][0-9]*)\\.(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?$` (modfile.GoVersionRE).
private func isStrictGoVersion(_ text: ByteString) -> Bool {
  var rest = text.bytes[...]
  func number(mayBeZero: Bool) -> Bool {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count)
    guard let first = digits.first else { return false }
    return first != 0x30 || (mayBeZero && digits.count == 1)
  }
  func dot() -> Bool {
    guard rest.first == UInt8(ascii: ".") else { return false }
    rest = rest.dropFirst()
    return true
  }
  guard number(mayBeZero: false), dot(), number(mayBeZero: true) else { return false }
  if dot(), !number(mayBeZero: true) { return false }
  if rest.isEmpty { return true }
  let letters = rest.prefix { (0x61...0x7a).contains($0) }
  let digits = rest.dropFirst(letters.count)
  return !letters.isEmpty && !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
}
