package import Bytes
import FoundationEssentials
import System

/// An image as a container sees it: the files of all its layers, and its configuration. It is read from what `docker save`,
/// `buildx --output type=oci` or `skopeo copy` wrote, from an OCI layout, or from a folder or archive that is a root file
/// system. No daemon is asked, and nothing is written.
///
/// Sources: opencontainers/image-spec (layer.md, config.md, image-layout.md, manifest.md), moby's image/spec v1.2.
package struct ContainerImage: Sendable {
  package let files: RootFiles
  /// Nil where it is a root file system without a configuration.
  package var configuration: Configuration?
  /// The notes about the files that no higher layer replaces, by path.
  let notes: [(path: ByteString, note: Int)]

  package struct Configuration: Sendable, Decodable {
    package struct Run: Sendable, Decodable {
      struct Volume: Sendable, Decodable {}
      let environment: [String]?
      let volumes: [String: Volume]?

      private enum CodingKeys: String, CodingKey {
        case environment = "Env"
        case volumes = "Volumes"
      }
    }
    package let architecture: String?
    package let os: String?
    private let config: Run?

    /// The directories that are mounted.
    package var volumes: [ByteString] { (config?.volumes ?? [:]).keys.map { ByteString($0).cleaned } }

    /// The variables of the container.
    package var environment: [String: String] {
      var values: [String: String] = [:]
      for variable in config?.environment ?? [] {
        let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        values[parts[0]] = parts.count > 1 ? parts[1] : ""
      }
      return values
    }
  }

  /// A root file system without a configuration.
  init(files: RootFiles) { (self.files, notes) = (files, []) }

  /// Reads an image. `platform` selects among the images of several platforms, as GOOS and GOARCH.
  package init(_ path: ByteString, platform: (system: String, architecture: String)?) throws(ArchiveError) {
    guard let status = fileStatus(path) else { throw ArchiveError("it does not exist") }
    guard [.file, .directory].contains(status.kind) else { throw ArchiveError("it is neither a file nor a folder") }
    if status.kind == .directory, !Self.isLayout(path) {
      self.init(files: RootFiles(in: path))
      return
    }
    let source = try status.kind == .directory ? ImageSource(layout: path) : ImageSource(archive: path)
    if let manifest = try source.manifest(for: platform) {
      self = try ContainerImage(manifest, of: source)
    } else {
      self.init(files: RootFiles(try source.rootFiles()))
    }
  }

  /// Reads one image of a source. `examine` may read the content of each file, and returns a note.
  init(_ manifest: ImageSource.Manifest, of source: ImageSource, examine: ImageSource.Examine? = nil)
    throws(ArchiveError)
  {
    configuration = manifest.configuration
    let entries = Self.merge(try source.layers(manifest.layers, examine))
    files = RootFiles(entries)
    notes = entries.compactMap { path, entry in entry.note.map { (path, $0) } }.sorted { $0.path < $1.path }
  }

  /// Whether a folder is an OCI layout.
  static func isLayout(_ folder: ByteString) -> Bool { isFile(folder.appending("oci-layout")) }

  /// Applies layers in their order (image-spec, layer.md): `.wh.NAME` removes what lower layers have.
  private static func merge(_ layers: [[(path: ByteString, entry: RootFiles.Entry)]]) -> [ByteString: RootFiles.Entry] {
    var merged: [ByteString: RootFiles.Entry] = [:]
    for layer in layers {
      var removed: Set<ByteString> = []
      var emptied: Set<ByteString> = []
      for (path, _) in layer {
        let name = path.baseName
        if name == ".wh..wh..opq" {
          emptied.insert(path.directory)
        } else if name.hasPrefix(".wh.") {
          let target = name.dropFirst(4)
          removed.insert(path.directory.isEmpty ? target : path.directory.appending(target))
        }
      }
      // A file takes the place of a directory with all that is in it.
      for (path, entry) in layer where entry.kind != .directory && merged[path]?.kind == .directory {
        removed.insert(path)
      }
      // A hard link may name a file of a lower layer that this one removes.
      let lower = merged
      if !removed.isEmpty || !emptied.isEmpty {
        merged = merged.filter { path, _ in
          if removed.contains(path) { return false }
          var parent = path
          while !parent.isEmpty {
            parent = parent.directory
            if emptied.contains(parent) || !parent.isEmpty && removed.contains(parent) { return false }
          }
          return true
        }
      }
      for (path, entry) in layer where !path.baseName.hasPrefix(".wh.") {
        // A hard link is the file that it names.
        if entry.kind == .file, let link = entry.link {
          merged[path] = merged[link] ?? lower[link] ?? RootFiles.Entry(kind: .file, isExecutable: entry.isExecutable)
        } else {
          merged[path] = entry
        }
      }
    }
    return merged
  }
}
