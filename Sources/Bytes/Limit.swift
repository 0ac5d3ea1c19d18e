/// The sizes up to which content from strangers is read. Anything larger is an error that names the file.
///
/// Sizes are in bytes. No real repository comes near one of them: the largest Go file that is known to us has 30 MB, the
/// largest repository three million files.
package enum Limit {
  /// A file for which no other limit is given, such as a report to merge.
  package static let file = 256 << 20
  /// A file that Go compiles, or that is embedded in what staticgo reads.
  package static let sourceFile = 64 << 20
  /// A go.mod, go.work, go.sum or vendor/modules.txt.
  package static let moduleFile = 16 << 20
  package static let configuration = 1 << 20
  package static let index = 1 << 30
  /// A linked program. No linker of Go writes larger ones.
  package static let binary = 2 << 30
  /// A program in an archive, which is held in memory.
  package static let archivedBinary = 512 << 20
  /// The members of an archive: an image of a distribution with everything has a few hundred thousand files.
  package static let archiveMembers = 1_000_000
  /// All members of an archive, unpacked: each of their bytes is unpacked to find the next one.
  package static let archiveContent = 64 << 30
  /// The output of a program that staticgo runs, on each stream.
  package static let programOutput = 64 << 20
  package static let cacheFile = 256 << 20
  /// The files and directories of a commit, and the bytes of their paths. A few hundred kilobytes of tree objects can
  /// name each other so often that they stand for billions of files.
  package static let treeEntries = 4_000_000
  package static let treePaths = 512 << 20
  /// The alternates of an object database.
  package static let alternates = 64
  /// The libraries and the notes of a binary.
  package static let libraries = 4_096
  package static let notes = 4_096

  /// A size for a message, such as `64 MiB`.
  package static func text(_ size: Int) -> String {
    size >= 1 << 30 ? "\(size >> 30) GiB" : "\(size >> 20) MiB"
  }
}
