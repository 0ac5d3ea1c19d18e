package import Bytes
import Config
import Diagnostics
import FileSystem
import GoGraph
import ReleaseFiles

/// What `staticgo init` has written.
package struct WrittenConfig: Sendable {
  package let mainCount: Int
  /// As GOOS/GOARCH; none where no file of the release names one plainly.
  package let targets: [String]
  /// The files that the targets and tags are from.
  package let sources: [ByteString]
}

/// Writes a configuration that fits the repository: its mains, and the targets and tags of its Dockerfiles and goreleaser
/// files; throws where there is a configuration already.
package func writeInitialConfig(_ options: CheckOptions) throws(CheckError) -> WrittenConfig {
  let trees = try Trees.open()
  guard !trees.isBare else { throw CheckError(.usage, "a bare repository has no work tree to write to.") }
  let path = trees.root.appending(Config.fileName)
  guard fileStatus(path, followingLinks: false) == nil else {
    throw CheckError(.usage, "\(Config.fileName.text) is there already, and stays as it is.")
  }
  try refuseIgnored()
  let snapshot = try trees.snapshot(.workTree, nil)
  let asked = releaseBuilds(in: snapshot)
  let platforms = unique(asked.flatMap(\.build.platforms)).filter(\.hasStaticBinaries)

  var options = options
  options.subject = .workTree
  options.currentDirectory = trees.root
  options.platforms = platforms
  var names: Set<MainName> = []
  guard !snapshot.goDirectories.isEmpty else {
    throw CheckError(.usage, "there is no Go file here that git has or would take, so that there is nothing to judge.")
  }
  try AskedMain.each(options, "./...", named: true) { (main) throws(CheckError) in names.insert(main.name) }
  let config = initialConfig(mains: names.sorted().map(\.directory), asked)
  do throws(FileError) { try writeNewFile(path, Array(config.text.utf8)) } catch {
    throw CheckError(.cannotJudge, "\(error)")
  }
  return WrittenConfig(mainCount: names.count, targets: platforms.map(\.description), sources: config.sources)
}

private typealias AskedBuild = (file: ByteString, build: ReleaseBuild)

/// The builds that files outside of what others wrote ask for; those near the root come first.
private func releaseBuilds(in snapshot: Snapshot) -> [AskedBuild] {
  let limit = 1 << 18
  let files = snapshot.paths.filter { path in
    ReleaseBuild.mayAsk(path)
      && !path.directory.split(UInt8(ascii: "/")).contains { ["vendor", "testdata", "node_modules"].contains($0) }
  }
  return files.sorted { ($0.split(UInt8(ascii: "/")).count, $0) < ($1.split(UInt8(ascii: "/")).count, $1) }.prefix(100)
    .flatMap { file -> [AskedBuild] in
      guard let content = snapshot.content(file), content.count <= limit else { return [] }
      return ReleaseBuild.all(in: file, content).map { (file, $0) }
    }
}

/// What the builds come to: for all mains alike where they are, else for each main that a build names.
private func initialConfig(mains: [ByteString], _ asked: [AskedBuild]) -> InitialConfig {
  var config = InitialConfig()
  config.all = mains
  // What is built for other systems only says nothing of what is judged.
  let asked = asked.filter { $0.build.platforms.isEmpty || $0.build.platforms.contains(where: \.hasStaticBinaries) }
  config.targets = unique(asked.flatMap(\.build.platforms)).filter(\.hasStaticBinaries)
  var named: [ByteString: [ReleaseBuild]] = [:]
  for (file, build) in asked {
    // A Dockerfile within the repository may be given its own directory for the root.
    guard case .main(let directory) = build.subject, mains.contains(directory),
      !directory.isEmpty || file.directory.isEmpty
    else { continue }
    named[directory, default: []].append(build)
  }
  let built = named.map { directory, builds in
    let targets = unique(builds.flatMap(\.platforms)).filter(\.hasStaticBinaries)
    // Builds of one main with other tags each are no one's to choose from.
    let tags = Set(builds.map(\.tags)).count == 1 ? builds[0].tags : []
    return InitialConfig.Main(directory: directory, targets: targets.isEmpty ? config.targets : targets, tags: tags)
  }.sorted { $0.directory < $1.directory }
  let kinds = Set(asked.map(\.build.tags))
  let isForAll = built.count == mains.count || asked.contains { $0.build.subject == .all }
  if kinds.count == 1, isForAll { config.tags = kinds.first ?? [] }
  config.mains = built.filter { $0.tags != config.tags || $0.targets != config.targets }
  let says = asked.filter { !$0.build.platforms.isEmpty || !$0.build.tags.isEmpty }
  config.sources = unique(says.map(\.file))
  return config
}

private func unique<Element: Hashable>(_ items: [Element]) -> [Element] {
  var seen: Set<Element> = []
  return items.filter { seen.insert($0).inserted }
}

/// Throws where git ignores the configuration, so that no check would read it.
func refuseIgnored() throws(CheckError) {
  guard try Trees.notIgnored([Config.fileName]).isEmpty else { return }
  throw CheckError(
    .usage,
    "git ignores \(Config.fileName.text), so that no check would follow it. git check-ignore -v \(Config.fileName.text) "
      + "says why.")
}
