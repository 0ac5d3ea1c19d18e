package import Bytes
package import GoModule
import System

/// The directory of a module in the module cache; nil if Go rejects the module's path or version.
package func moduleDirectory(_ module: ModuleVersion, in cache: ByteString) -> ByteString? {
  module.cacheName.map { cache.appending($0.path + "@" + $0.version) }
}

/// The path of a file beside a module's downloaded archive; nil if Go rejects the module's path or version.
private func downloaded(_ module: ModuleVersion, _ suffix: ByteString, in cache: ByteString) -> ByteString? {
  module.cacheName.map { name in
    cache.appending("cache/download").appending(name.path).appending("@v").appending(name.version + suffix)
  }
}

/// Whether the module cache holds a complete module.
///
/// While Go unpacks a module, or after it was interrupted, a `.partial` file is beside the archive.
func isUnpacked(_ module: ModuleVersion, in cache: ByteString) -> Bool {
  guard let directory = moduleDirectory(module, in: cache), let mark = downloaded(module, ".partial", in: cache) else {
    return false
  }
  return isDirectory(directory) && fileStatus(mark, followingLinks: false) == nil
}

/// The go.mod of a module, which the cache may have without the module itself; nil if it cannot be read.
package func cachedModuleFile(_ module: ModuleVersion, in cache: ByteString) -> GoMod? {
  guard let file = downloaded(module, ".mod", in: cache), let content = try? readFile(file, limit: Limit.moduleFile)
  else {
    return nil
  }
  return try? GoMod(parsing: content, tolerant: true)
}

/// The hash of a module's archive as recorded in the module cache; nil if there is no valid `h1:` hash.
func cachedHash(of module: ModuleVersion, in cache: ByteString) -> ByteString? {
  guard let file = downloaded(module, ".ziphash", in: cache), let content = try? readFile(file, limit: 1 << 10) else {
    return nil
  }
  let hash = content.prefix { $0 > UInt8(ascii: " ") }
  return hash.starts(with: Array("h1:".utf8)) ? ByteString(Array(hash)) : nil
}
