package import Bytes
import Clibarchive
package import System

/// The members of an archive, read one after the other by libarchive: tar, zip, ar (deb), cpio and rpm, plain or compressed by
/// gzip, zstd, xz or bzip2. Nothing is written.
@safe package struct ArchiveReader: ~Copyable {
  private let archive: OpaquePointer
  private var count = 0
  private var total = 0

  /// A member, by what its header says.
  package struct Member: Sendable {
    /// Cleaned and relative to the root, without `..`.
    package let path: ByteString
    package let kind: FileKind
    /// The target of a symbolic link as written, or the path of the member that a hard link repeats.
    package let link: ByteString?
    package let isHardLink: Bool
    package let isExecutable: Bool
    /// As declared; a stream may not say it.
    package let size: Int?
  }

  /// Opens an archive.
  package init(_ file: ByteString) throws(ArchiveError) {
    unsafe archive = try Self.opened { archive in
      unsafe file.withCString { unsafe archive_read_open_filename(archive, $0, 1 << 17) }
    }
  }

  /// Passes the archive that has these bytes.
  package static func reading<Result>(
    _ bytes: [UInt8], _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
  ) throws(ArchiveError) -> Result {
    let result = unsafe bytes.withUnsafeBytes { buffer -> Swift.Result<Result, ArchiveError> in
      do throws(ArchiveError) {
        var reader = unsafe try ArchiveReader(buffer)
        return .success(try body(&reader))
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private init(_ buffer: UnsafeRawBufferPointer) throws(ArchiveError) {
    unsafe archive = try Self.opened { archive in
      unsafe archive_read_open_memory(archive, buffer.baseAddress, buffer.count)
    }
  }

  /// Opens the archive that is the content of the current member of another one, which must not be advanced meanwhile.
  private init(in outer: OpaquePointer) throws(ArchiveError) {
    unsafe archive = try Self.opened { archive in
      unsafe archive_read_open(
        archive, UnsafeMutableRawPointer(outer), nil,
        { _, context, buffer in unsafe ArchiveReader.block(of: context, buffer) }, nil)
    }
  }

  /// Hands the next block of a member to the reader of the archive in it. No hole of a sparse member is filled: an archive
  /// has none.
  private static func block(
    of context: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UnsafeRawPointer?>?
  ) -> Int {
    var (size, offset) = (0, Int64(0))
    guard let context = unsafe context else { return -1 }
    switch unsafe archive_read_data_block(OpaquePointer(context), buffer, &size, &offset) {
    case ARCHIVE_OK, ARCHIVE_WARN: return size
    case ARCHIVE_EOF: return 0
    default: return -1
    }
  }

  deinit { unsafe archive_read_free(archive) }

  private static func opened(_ open: (OpaquePointer) -> Int32) throws(ArchiveError) -> OpaquePointer {
    guard let archive = unsafe archive_read_new() else { throw ArchiveError("there is no memory for an archive") }
    unsafe archive_read_support_filter_gzip(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_filter_rpm(archive)
    unsafe archive_read_support_format_tar(archive)
    unsafe archive_read_support_format_zip(archive)
    unsafe archive_read_support_format_ar(archive)
    unsafe archive_read_support_format_cpio(archive)
    // Names are bytes: the program has no locale.
    unsafe archive_read_set_format_option(archive, "tar", "hdrcharset", "BINARY")
    if unsafe open(archive) == ARCHIVE_OK { return unsafe archive }
    let error = unsafe error(of: archive)
    unsafe archive_read_free(archive)
    throw error
  }

  private static func error(of archive: OpaquePointer) -> ArchiveError {
    guard let text = unsafe archive_error_string(archive) else { return ArchiveError("it is no archive that is known") }
    return ArchiveError("it cannot be read as an archive: \(unsafe String(cString: text))")
  }

  /// Moves to the next member; nil at the end. Throws if the archive is damaged or larger than the limits.
  package mutating func next() throws(ArchiveError) -> Member? {
    while true {
      var entry: OpaquePointer?
      switch unsafe archive_read_next_header(archive, &entry) {
      case ARCHIVE_EOF: return nil
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_RETRY: continue
      default: throw unsafe Self.error(of: archive)
      }
      count += 1
      if count > Limit.archiveMembers { throw ArchiveError("it has more than \(Limit.archiveMembers) members") }
      guard let entry = unsafe entry, let member = unsafe Self.member(entry) else { continue }
      let (sum, overflows) = total.addingReportingOverflow(max(0, member.size ?? 0))
      total = sum
      if overflows || total > Limit.archiveContent {
        throw ArchiveError(
          "its files add up to more than \(Limit.text(Limit.archiveContent)), the most that staticgo reads")
      }
      return member
    }
  }

  private static func member(_ entry: OpaquePointer) -> Member? {
    guard let name = unsafe archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else { return nil }
    let hard = unsafe archive_entry_hardlink(entry).map { unsafe rooted(ByteString(cString: $0)) }
    let symbolic = unsafe archive_entry_symlink(entry).map { unsafe ByteString(cString: $0) }
    let kind: FileKind =
      switch unsafe archive_entry_filetype(entry) {
      case 0o100000: .file
      case 0o040000: .directory
      case 0o120000: .symbolicLink
      default: hard == nil ? .other : .file
      }
    return Member(
      path: rooted(unsafe ByteString(cString: name)), kind: kind, link: hard ?? symbolic, isHardLink: hard != nil,
      isExecutable: unsafe archive_entry_perm(entry) & 0o111 != 0,
      size: unsafe archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil)
  }

  /// The path below the root, whatever a hostile name says.
  private static func rooted(_ path: ByteString) -> ByteString {
    ByteString("/").appending(path.hasPrefix("/") ? path.dropFirst(1) : path).cleaned.dropFirst(1)
  }

  /// Reads the content of the current member, at most `limit` bytes of it, after what was read before.
  package mutating func read(upTo limit: Int) throws(ArchiveError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      // No buffer is made for a size that a header declares.
      let step = min(limit - bytes.count, 1 << 20)
      var got = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: step) { buffer, count in
        got = unsafe archive_read_data(archive, buffer.baseAddress, step)
        count = max(0, got)
      }
      if got < 0 { throw unsafe Self.error(of: archive) }
      if got == 0 { break }
      bytes += piece
    }
    return bytes
  }

  /// Passes the archive that is the content of the current member.
  package mutating func withNested<Result>(
    _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
  ) throws(ArchiveError) -> Result {
    var nested = unsafe try ArchiveReader(in: archive)
    return try body(&nested)
  }
}
