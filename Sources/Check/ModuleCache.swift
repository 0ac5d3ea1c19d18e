import Bytes
import FileSystem
import GoModule

/// The directory of a module in the module cache; nil where Go refuses its path or version.
func moduleDirectory(_ module: ModuleVersion, in cache: ByteString) -> ByteString? {
  module.cacheName.map { cache.appending($0.path + "@" + $0.version) }
}

/// A file beside the archive that a module came in; nil where Go refuses its path or version.
private func downloaded(_ module: ModuleVersion, _ suffix: ByteString, in cache: ByteString) -> ByteString? {
  module.cacheName.map { name in
    cache.appending("cache/download").appending(name.path).appending("@v").appending(name.version + suffix)
  }
}

/// Whether the module cache has all of a module: while Go unpacks one, or when it was stopped in it, a mark lies beside
/// the archive.
func isUnpacked(_ module: ModuleVersion, in cache: ByteString) -> Bool {
  guard let directory = moduleDirectory(module, in: cache), let mark = downloaded(module, ".partial", in: cache) else {
    return false
  }
  return isDirectory(directory) && fileStatus(mark, followingLinks: false) == nil
}

/// The go.mod of a module, which the cache may have without the module; nil where it cannot be read.
func cachedModuleFile(_ module: ModuleVersion, in cache: ByteString) -> GoMod? {
  guard let file = downloaded(module, ".mod", in: cache), let content = try? readFile(file, limit: 16 << 20) else {
    return nil
  }
  return try? GoMod(parsing: content, tolerant: true)
}

/// The hash of the archive that a module came in, as the module cache has noted it.
func cachedHash(of module: ModuleVersion, in cache: ByteString) -> ByteString? {
  guard let file = downloaded(module, ".ziphash", in: cache), let content = try? readFile(file, limit: 1 << 10) else {
    return nil
  }
  let hash = content.prefix { $0 > UInt8(ascii: " ") }
  return hash.starts(with: Array("h1:".utf8)) ? ByteString(Array(hash)) : nil
}
