package import Bytes
package import Cache
package import GoBuild
import GoGraph
package import GoToolchain
import System

/// Caches the answers of `go` about itself until something changes that they can depend on.
///
/// They depend on the program with its GOROOT's VERSION and go.env, every variable that Go reads, the file that
/// `go env -w` writes, and the go.mod and go.work files in the directory and above it, which can select another
/// toolchain. A `go` that does not belong to a toolchain (a version manager, a wrapper) may read anything, so it runs
/// each time.
package struct ToolchainCache {
  package let store: FactStore

  package func toolchain(at path: ByteString?, in directory: ByteString) throws(ToolchainError) -> Toolchain {
    let found = try Toolchain.program(path)
    let key = "go env " + circumstances(found, directory)
    let isOwn = Self.isToolchains(found)
    if isOwn, var note = store.note(key) {
      let proof = note.text()
      let answer = Toolchain.Answer(
        executable: note.text(), values: (0..<note.count()).map { _ in note.text() })
      if !note.isBroken, let toolchain = Toolchain(remembered: answer), Self.identity(toolchain) == proof {
        return toolchain
      }
    }
    let toolchain = try Toolchain(asking: found, in: directory)
    var note = Packer()
    note.text(Self.identity(toolchain))
    note.text(toolchain.answer.executable)
    note.number(toolchain.answer.values.count)
    for value in toolchain.answer.values { note.text(value) }
    if isOwn { store.setNote(key, note) }
    return toolchain
  }

  /// Whether a program is a toolchain's own `go`, so that it behaves as that toolchain does.
  private static func isToolchains(_ program: ByteString) -> Bool {
    guard let real = realPath(program), real.baseName == "go", real.directory.baseName == "bin" else { return false }
    let root = real.directory.directory
    return isFile(root.appending("VERSION")) && isDirectory(root.appending("src/runtime"))
  }

  package func tags(
    _ toolchain: Toolchain, _ target: Target, in directory: ByteString
  ) throws(ToolchainError) -> Set<ByteString> {
    let tags = ByteString(target.tags.joined(separator: ","))
    let key =
      "go tags \(target.platform) \(tags) \(Self.identity(toolchain)) " + toolchain.moduleCache + " "
      + circumstances(toolchain.executable, directory)
    if var note = store.note(key) {
      let known = (0..<note.count()).map { _ in note.text() }
      if !note.isBroken { return Set(known) }
    }
    let found = try toolchain.tags(
      system: target.platform.system, architecture: target.platform.architecture, userTags: target.tags, in: directory)
    var note = Packer()
    note.number(found.count)
    for tag in found.sorted() { note.text(tag) }
    store.setNote(key, note)
    return found
  }

  /// The identity of an installed toolchain. It changes when the toolchain is reinstalled.
  package static func identity(_ toolchain: Toolchain) -> ByteString {
    toolchain.version + " " + stamp(toolchain.executable) + " " + stamp(toolchain.root.appending("VERSION")) + " "
      + stamp(toolchain.root.appending("go.env"))
  }

  /// A short form of `identity`, for keys that are built often.
  static func shortIdentity(_ toolchain: Toolchain) -> ByteString {
    toolchain.version + ByteString("-" + String(checksum(identity(toolchain).bytes[...]), radix: 36))
  }

  /// A file's path with its size, modification time and inode, or with `-` if it does not exist.
  private static func stamp(_ path: ByteString) -> ByteString {
    guard let status = fileStatus(path) else { return path + "-" }
    return path + ByteString("#\(status.size).\(status.modified).\(status.inode)")
  }

  private func circumstances(_ program: ByteString, _ directory: ByteString) -> ByteString {
    var parts = [Self.stamp(program)]
    for variable in processEnvironment().sorted() {
      let name = ByteString(variable.bytes.prefix { $0 != UInt8(ascii: "=") })
      let counts = name.hasPrefix("GO") || name.hasPrefix("CGO_") || Self.variables.contains(name)
      if counts { parts.append(variable) }
    }
    parts.append(Self.userSettingsStamp)
    let files: [ByteString] = ["go.mod", "go.work"]
    var place = directory
    while !place.isEmpty {
      for file in files where fileStatus(place.appending(file)) != nil {
        parts.append(Self.stamp(place.appending(file)))
      }
      place = place == "/" ? "" : place.directory.isEmpty ? "/" : place.directory
    }
    return parts.joined(separator: "\n")
  }

  private static let variables: Set<ByteString> = [
    "PATH", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "CC", "CXX", "AR", "FC", "PKG_CONFIG",
  ]

  /// A stamp that changes when the user's settings change.
  package static var userSettingsStamp: ByteString { stamp(userSettings) }

  /// The file that `go env -w` writes.
  private static var userSettings: ByteString {
    if let named = environmentVariable("GOENV"), !named.isEmpty { return ByteString(named) }
    let home = ByteString(environmentVariable("HOME") ?? "")
    let configuration = environmentVariable("XDG_CONFIG_HOME").map { ByteString($0) } ?? home.appending(".config")
    return configuration.appending("go/env")
  }
}
