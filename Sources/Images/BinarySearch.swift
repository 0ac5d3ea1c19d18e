package import Bytes
package import Linkage
import System

/// Finds the binaries in what is shipped: files, folders, archives (tar, zip, deb, rpm, wheels), images. An archive in an
/// archive is looked into once. No link is followed, and nothing is written.
package struct BinarySearch {
  /// A binary, or a file that cannot be read as one.
  package struct Found {
    /// The path as the user named it, with `:` before each path in an archive.
    package let name: String
    package let result: Result<[Binary], LinkageError>
  }
  private let found: (Found) -> Void
  private let progress: (String) -> Void

  package init(progress: @escaping (String) -> Void, found: @escaping (Found) -> Void) {
    (self.progress, self.found) = (progress, found)
  }

  /// Looks at a path, which is shown as `name`. Every failure is a finding too: an answer is given for each path.
  package func look(at path: ByteString, named name: String) { look(at: path, named: name, isInner: false) }

  /// `isInner` for an archive in a folder, which need not have a program.
  private func look(at path: ByteString, named name: String, isInner: Bool) {
    guard let status = fileStatus(path), [.file, .directory].contains(status.kind) else { return binary(path, name) }
    do throws(ArchiveError) {
      var count = 0
      if status.kind == .file {
        let start = (try? readStart(of: path)) ?? []
        if Self.isBinary(start) || !Self.mayBeArchive(start, ByteString(name)) { return binary(path, name) }
        count = try archive(path, name)
      } else if ContainerImage.isLayout(path) {
        count = try image(try ImageSource(layout: path), name) ?? 0
      } else {
        count = try folder(path, name)
      }
      if count == 0, !isInner { throw ArchiveError("it has no executable file. Build the program first") }
    } catch { found(Found(name: name, result: .failure(LinkageError(error.message)))) }
  }

  // MARK: Files and folders

  private func binary(_ path: ByteString, _ name: String) {
    do {
      let result = try withBinary(path) { bytes in Self.read(bytes) }
      found(Found(name: name, result: result))
    } catch { found(Found(name: name, result: .failure(LinkageError(error.reason)))) }
  }

  private static func read(_ bytes: Span<UInt8>) -> Result<[Binary], LinkageError> {
    do throws(LinkageError) {
      var binaries = try Binary.read(bytes)
      // A universal file has a table for each of its programs.
      if binaries.count == 1, binaries[0].go != nil, case .notStatic = binaries[0].assessment.answer {
        binaries[0].cgoPackages = FunctionTable(bytes)?.cgoPackages ?? []
      }
      return .success(binaries)
    } catch { return .failure(error) }
  }

  /// Looks at the programs in a folder, in the order of their paths. Returns how many there are.
  private func folder(_ folder: ByteString, _ name: String) throws(ArchiveError) -> Int {
    var count = 0
    var paths: [ByteString] = [""]
    while let directory = paths.popLast() {
      let place = directory.isEmpty ? folder : folder.appending(directory)
      let entries: [DirectoryEntry]
      do throws(FileError) { entries = try listDirectory(place) } catch {
        throw ArchiveError("cannot read \(directory.isEmpty ? "the folder" : directory.text): \(error.reason)")
      }
      for entry in entries.sorted(by: { $0.name < $1.name }) where entry.kind == .file {
        let path = directory.isEmpty ? entry.name : directory.appending(entry.name)
        let shown = "\(name.hasSuffix("/") ? name : name + "/")\(path.text)"
        progress(shown)
        let start: [UInt8]
        do throws(FileError) { start = try readStart(of: folder.appending(path)) } catch {
          found(Found(name: shown, result: .failure(LinkageError(error.reason))))
          count += 1
          continue
        }
        if Self.isBinary(start) {
          count += inner(folder.appending(path), shown)
        } else if Self.hasArchiveName(path), Self.mayBeArchive(start, path) {
          count += 1
          look(at: folder.appending(path), named: shown, isInner: true)
        }
      }
      paths += entries.filter { $0.kind == .directory }.map {
        directory.isEmpty ? $0.name : directory.appending($0.name)
      }
      .sorted(by: >)
    }
    return count
  }

  /// Looks at a binary of a folder. Object files and the like are no programs, and nobody named them.
  private func inner(_ path: ByteString, _ name: String) -> Int {
    do {
      let result = try withBinary(path) { bytes in Self.read(bytes) }
      if Self.isOther(result) { return 0 }
      found(Found(name: name, result: result))
    } catch { found(Found(name: name, result: .failure(LinkageError(error.reason)))) }
    return 1
  }

  private static func isOther(_ result: Result<[Binary], LinkageError>) -> Bool {
    guard case .success(let binaries) = result else { return false }
    return binaries.allSatisfy { binary in
      if case .notAProgram = binary.assessment.answer { true } else { false }
    }
  }

  // MARK: Archives

  /// Looks at the programs in an archive or image. Returns how many there are.
  private func archive(_ path: ByteString, _ name: String) throws(ArchiveError) -> Int {
    if let count = try image(try ImageSource(archive: path), name) { return count }
    var reader = try ArchiveReader(path)
    return try members(of: &reader, name, depth: 0)
  }

  private func members(of reader: inout ArchiveReader, _ name: String, depth: Int) throws(ArchiveError) -> Int {
    var count = 0
    while let member = try reader.next() {
      // An archive of object files is no package.
      if member.path == "debian-binary" || member.kind != .file || member.isHardLink { continue }
      let shown = "\(name):\(member.path.text)"
      progress(shown)
      if depth > 0, ["manifest.json", "oci-layout"].contains(member.path) {
        throw ArchiveError("\(name) is an image in an archive; inspect it alone")
      }
      if depth > 0, Self.hasArchiveName(member.path) {
        throw ArchiveError("\(shown) is nested too deeply; inspect it alone")
      }
      if depth == 0, Self.hasArchiveName(member.path) {
        count += try reader.withNested { nested throws(ArchiveError) in try members(of: &nested, shown, depth: 1) }
        continue
      }
      guard let result = try program(&reader, member) else { continue }
      count += 1
      found(Found(name: shown, result: result))
    }
    return count
  }

  /// Reads the current member if it is a binary.
  private func program(
    _ reader: inout ArchiveReader, _ member: ArchiveReader.Member
  ) throws(ArchiveError) -> Result<[Binary], LinkageError>? {
    let start = try reader.read(upTo: 4)
    guard Self.isBinary(start) else { return nil }
    let limit = Limit.archivedBinary
    let isDeclaredLarger = member.size.map { $0 > limit } ?? false
    let bytes = isDeclaredLarger ? [] : start + (try reader.read(upTo: limit + 1))
    if isDeclaredLarger || bytes.count > limit {
      return .failure(LinkageError("it is larger than \(Limit.text(limit))"))
    }
    let result = Self.read(bytes.span)
    return Self.isOther(result) ? nil : result
  }

  /// Looks at the programs that the last layer of each image leaves. Nil if the source is no image.
  private func image(_ source: ImageSource, _ name: String) throws(ArchiveError) -> Int? {
    let images = try source.manifests()
    if images.isEmpty { return nil }
    var count = 0
    for (label, manifest) in images {
      let shown = images.count == 1 ? name : "\(name) (\(label))"
      var results: [Result<[Binary], LinkageError>] = []
      let image = try ContainerImage(manifest, of: source) { reader, member throws(ArchiveError) in
        progress("\(shown):\(member.path.text)")
        guard let result = try program(&reader, member) else { return nil }
        results.append(result)
        return results.count - 1
      }
      for (path, note) in image.notes { found(Found(name: "\(shown):/\(path.text)", result: results[note])) }
      count += image.notes.count
    }
    return count
  }

  // MARK: Kinds

  private func readStart(of path: ByteString) throws(FileError) -> [UInt8] { try readPrefix(of: path, count: 8) }

  private static func isBinary(_ start: [UInt8]) -> Bool {
    if start.starts(with: "\u{7f}ELF".utf8) || start.starts(with: "MZ".utf8) { return true }
    guard start.count >= 4 else { return false }
    switch start.prefix(4).reduce(UInt32(0), { $0 << 8 | UInt32($1) }) {
    case 0xfeed_face, 0xfeed_facf, 0xcefa_edfe, 0xcffa_edfe, 0xcafe_babe, 0xcafe_babf: return true
    default: return false
    }
  }

  private static let archiveNames: [ByteString] = [
    ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2", ".zip", ".whl", ".deb", ".rpm", ".apk", ".jar",
  ]

  private static func hasArchiveName(_ path: ByteString) -> Bool { archiveNames.contains(where: path.hasSuffix) }

  /// Whether a file may be an archive, by its first bytes or its name. An `ar` file is one only as a package of Debian.
  private static func mayBeArchive(_ start: [UInt8], _ name: ByteString) -> Bool {
    let magics: [[UInt8]] = [
      [0x1f, 0x8b], Array("PK".utf8), [0x28, 0xb5, 0x2f, 0xfd], [0xfd, 0x37, 0x7a], Array("BZh".utf8),
      [0xed, 0xab, 0xee, 0xdb],
    ]
    return hasArchiveName(name) || magics.contains { start.starts(with: $0) }
  }
}
