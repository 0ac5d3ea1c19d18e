import Bytes
import FileSystem
import GoModule

/// Where the module cache keeps a module.
func moduleDirectory(_ module: ModuleVersion, in cache: ByteString) -> ByteString {
  cache.appending(escapedForModuleCache(module.path) + "@" + escapedForModuleCache(module.version))
}

/// A file beside the archive that a module came in.
private func downloaded(_ module: ModuleVersion, _ suffix: ByteString, in cache: ByteString) -> ByteString {
  cache.appending("cache/download").appending(escapedForModuleCache(module.path)).appending("@v")
    .appending(escapedForModuleCache(module.version) + suffix)
}

/// Whether the module cache has all of a module: while Go unpacks one, or when it was stopped in it, a mark lies beside
/// the archive.
func isUnpacked(_ module: ModuleVersion, in cache: ByteString) -> Bool {
  isDirectory(moduleDirectory(module, in: cache))
    && fileStatus(downloaded(module, ".partial", in: cache), followingLinks: false) == nil
}

/// The go.mod of a module, which the cache may have without the module; nil where it cannot be read.
func cachedModuleFile(_ module: ModuleVersion, in cache: ByteString) -> GoMod? {
  (try? readFile(downloaded(module, ".mod", in: cache), limit: 16 << 20)).flatMap {
    try? GoMod(parsing: $0, tolerant: true)
  }
}

/// The hash of the archive that a module came in, as the module cache has noted it.
func cachedHash(of module: ModuleVersion, in cache: ByteString) -> ByteString? {
  guard let content = try? readFile(downloaded(module, ".ziphash", in: cache), limit: 1 << 10) else { return nil }
  let hash = content.prefix { $0 > UInt8(ascii: " ") }
  return hash.starts(with: Array("h1:".utf8)) ? ByteString(Array(hash)) : nil
}
