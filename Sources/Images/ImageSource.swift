import Bytes
import FoundationEssentials
import System

/// The place of an image: an OCI layout, or an archive of one or of `docker save`.
struct ImageSource {
  private enum Place {
    case folder(ByteString)
    case archive(ByteString)
  }
  private let place: Place
  /// The small files that may be JSON, by path.
  private var documents: [ByteString: [UInt8]] = [:]
  /// The targets of the links in an archive: older versions of docker link equal layers.
  private var links: [ByteString: ByteString] = [:]

  /// An image with its layers, lowest first.
  struct Manifest {
    let layers: [ByteString]
    let configuration: ContainerImage.Configuration?
  }

  init(layout folder: ByteString) throws(ArchiveError) {
    place = .folder(folder)
    documents["index.json"] = document("index.json")
  }

  init(archive: ByteString) throws(ArchiveError) {
    place = .archive(archive)
    var reader = try ArchiveReader(archive)
    var total = 0
    while let member = try reader.next() {
      if member.kind != .directory, let link = member.link {
        links[member.path] =
          member.isHardLink
          ? link : ByteString("/").appending(member.path.directory).appending(link).cleaned.dropFirst(1)
      }
      guard member.kind == .file, member.size ?? 0 < Self.documentLimit, member.path.directory.split(47).count <= 3
      else { continue }
      let start = try reader.read(upTo: 1)
      guard start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "["), total < Self.totalLimit else {
        continue
      }
      let bytes = start + (try reader.read(upTo: Self.documentLimit))
      total += bytes.count
      documents[member.path] = bytes
    }
  }

  private static let documentLimit = 4 << 20
  private static let totalLimit = 64 << 20

  private func document(_ path: ByteString) -> [UInt8]? {
    switch place {
    case .archive: return documents[path]
    case .folder(let folder):
      if fileStatus(folder.appending(path), followingLinks: false)?.kind != .file { return nil }
      return try? readFile(folder.appending(path), limit: Self.documentLimit)
    }
  }

  private func decode<Value: Decodable>(_ path: ByteString) -> Value? {
    document(path).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0)) }
  }

  // MARK: Manifests

  private struct DockerManifest: Decodable {
    let configuration: String
    let layers: [String]
    let tags: [String]?

    private enum CodingKeys: String, CodingKey {
      case configuration = "Config"
      case layers = "Layers"
      case tags = "RepoTags"
    }
  }
  private struct Descriptor: Decodable {
    struct Platform: Decodable {
      let os: String?
      let architecture: String?
    }
    let digest: String
    let platform: Platform?
  }
  private struct Document: Decodable {
    let manifests: [Descriptor]?
    let layers: [Descriptor]?
    let config: Descriptor?
  }

  /// Returns every image, with its platform or tag where there are several; empty if this is no image.
  func manifests() throws(ArchiveError) -> [(name: String, manifest: Manifest)] {
    var found: [(name: String, manifest: Manifest)] = []
    if let index: Document = decode("index.json") {
      try collect(index, platform: nil, depth: 0, into: &found)
    } else if let saved: [DockerManifest] = decode("manifest.json") {
      found = saved.prefix(Self.imageLimit).map { image in
        (image.tags?.first ?? String(image.configuration.prefix(12)), read(image))
      }
    }
    return found
  }

  private static let imageLimit = 100

  private func collect(
    _ document: Document, platform: Descriptor.Platform?, depth: Int,
    into found: inout [(name: String, manifest: Manifest)]
  ) throws(ArchiveError) {
    if depth > 3 || found.count >= Self.imageLimit {
      throw ArchiveError("its index is nested too deeply or has too many images")
    }
    if document.layers != nil {
      found.append(("\(platform?.os ?? "")/\(platform?.architecture ?? "")", try read(document)))
      return
    }
    for descriptor in document.manifests ?? [] where descriptor.platform?.architecture != "unknown" {
      guard let next: Document = decode(try Self.blob(descriptor)) else {
        throw ArchiveError("its manifest \(descriptor.digest.prefix(80)) is missing")
      }
      try collect(next, platform: descriptor.platform ?? platform, depth: depth + 1, into: &found)
    }
  }

  private func read(_ image: DockerManifest) -> Manifest {
    Manifest(
      layers: image.layers.map { ByteString($0).cleaned },
      configuration: decode(ByteString(image.configuration).cleaned))
  }

  private func read(_ manifest: Document) throws(ArchiveError) -> Manifest {
    guard let layers = manifest.layers else { throw ArchiveError("its manifest has no layers") }
    return Manifest(
      layers: try layers.map { layer throws(ArchiveError) in try Self.blob(layer) },
      configuration: try manifest.config.flatMap { config throws(ArchiveError) in decode(try Self.blob(config)) })
  }

  /// Returns the image for a platform, or the first one; nil if this is no image.
  func manifest(for platform: (system: String, architecture: String)?) throws(ArchiveError) -> Manifest? {
    if let saved: [DockerManifest] = decode("manifest.json"), let first = saved.first { return read(first) }
    guard let index: Document = decode("index.json") else { return nil }
    guard let found = select(index, platform, depth: 0) else { throw ArchiveError("its index lists no image") }
    return try read(found)
  }

  /// Follows an index to the manifest for a platform. Attestations have the platform `unknown`.
  private func select(
    _ document: Document, _ platform: (system: String, architecture: String)?, depth: Int
  ) -> Document? {
    guard let manifests = document.manifests else { return document }
    if depth > 3 { return nil }
    let images = manifests.prefix(1_000).filter { $0.platform?.architecture != "unknown" }
    let wanted = images.first { image in
      platform.map { $0.architecture == image.platform?.architecture && $0.system == image.platform?.os } ?? true
    }
    guard let chosen = wanted ?? images.first, let path = try? Self.blob(chosen), let next: Document = decode(path)
    else {
      return nil
    }
    return select(next, platform, depth: depth + 1)
  }

  /// The path of a blob, `blobs/ALGORITHM/DIGEST`.
  private static func blob(_ descriptor: Descriptor) throws(ArchiveError) -> ByteString {
    let parts = descriptor.digest.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    else { throw ArchiveError("it names the blob \"\(descriptor.digest.prefix(80))\", which is no digest") }
    return ByteString("blobs/\(parts[0])/\(parts[1])")
  }

  // MARK: Files

  /// Reads what matters of the current member of an archive, and returns a note about it.
  typealias Examine = (inout ArchiveReader, ArchiveReader.Member) throws(ArchiveError) -> Int?

  /// Reads layers, in the order of `paths`.
  func layers(
    _ paths: [ByteString], _ examine: Examine? = nil
  ) throws(ArchiveError) -> [[(path: ByteString, entry: RootFiles.Entry)]] {
    if paths.count > Self.layerLimit { throw ArchiveError("it has more than \(Self.layerLimit) layers") }
    var read: [ByteString: [(path: ByteString, entry: RootFiles.Entry)]] = [:]
    let wanted = Set(paths.map { links[$0] ?? $0 })
    switch place {
    case .folder(let folder):
      for path in wanted {
        if fileStatus(folder.appending(path), followingLinks: false)?.kind != .file { continue }
        var reader = try ArchiveReader(folder.appending(path))
        read[path] = try Self.entries(&reader, examine)
      }
    case .archive(let archive):
      var reader = try ArchiveReader(archive)
      while read.count < wanted.count, let member = try reader.next() {
        guard member.kind == .file, wanted.contains(member.path), read[member.path] == nil else { continue }
        read[member.path] = try reader.withNested { nested throws(ArchiveError) in try Self.entries(&nested, examine) }
      }
    }
    return try paths.map { path throws(ArchiveError) in
      guard let entries = read[links[path] ?? path] else { throw ArchiveError("its layer \(path.text) is missing") }
      return entries
    }
  }

  private static let layerLimit = 1_000

  /// The members of an archive that is a root file system itself.
  func rootFiles() throws(ArchiveError) -> [ByteString: RootFiles.Entry] {
    guard case .archive(let archive) = place else { return [:] }
    var reader = try ArchiveReader(archive)
    let entries = try Self.entries(&reader)
    return Dictionary(entries.map { ($0.path, $0.entry) }) { $1 }
  }

  private static func entries(
    _ reader: inout ArchiveReader, _ examine: Examine? = nil
  ) throws(ArchiveError) -> [(path: ByteString, entry: RootFiles.Entry)] {
    var found: [(path: ByteString, entry: RootFiles.Entry)] = []
    while let member = try reader.next() {
      var entry = RootFiles.Entry(
        kind: member.kind, link: member.link, isExecutable: member.isExecutable, size: member.size)
      if let examine, member.kind == .file, !member.isHardLink { entry.note = try examine(&reader, member) }
      found.append((member.path, entry))
    }
    return found
  }
}
