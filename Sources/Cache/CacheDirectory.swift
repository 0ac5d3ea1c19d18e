package import Bytes
package import System

/// The directory of the cache, with one file for each repository, named after its git directory.
package enum CacheDirectory {
  /// `$XDG_CACHE_HOME/staticgo`, otherwise `~/.cache/staticgo`; nil if neither variable is an absolute path.
  package static var defaultDirectory: ByteString? {
    if let named = environmentVariable("XDG_CACHE_HOME"), named.hasPrefix("/") {
      return ByteString(named).appending("staticgo")
    }
    guard let home = environmentVariable("HOME"), home.hasPrefix("/") else { return nil }
    return ByteString(home).appending(".cache/staticgo")
  }

  package static func file(of repository: ByteString, in directory: ByteString) -> ByteString {
    let place = repository.baseName == ".git" ? repository.directory : repository
    let digits = String(checksum(repository.bytes[...]), radix: 16)
    return directory.appending(place.baseName + ByteString("-\(digits).facts"))
  }

  /// The files in the cache with their sizes in bytes, in byte order of their names.
  package static func files(in directory: ByteString) -> [(name: ByteString, size: Int)] {
    ((try? listDirectory(directory)) ?? []).filter { $0.kind == .file && $0.name.hasSuffix(".facts") }
      .map { ($0.name, fileStatus(directory.appending($0.name))?.size ?? 0) }
  }

  /// Removes the files in the cache and returns how many there were.
  package static func clean(_ directory: ByteString) throws(FileError) -> Int {
    let files = files(in: directory)
    for file in files { try removeFile(directory.appending(file.name)) }
    return files.count
  }
}
