package import Bytes
import Config
package import Diagnostics
import GoBuild
import GoGraph
package import Plan
import RecipeFiles
import Recipes
import Snapshots
import System

/// The configuration that `staticgo init` has written.
package struct WrittenConfig: Sendable {
  package let mainCount: Int
  /// As GOOS/GOARCH; empty if no release file states a platform plainly.
  package let targets: [String]
  /// The files that the targets and tags come from.
  package let sources: [ByteString]
  /// The files with builds from which nothing was taken.
  package let unused: [ByteString]
  /// The commands that build somehow and are not followed, as `file:line: reason`.
  package let notFollowed: [String]
}

/// Writes a configuration that fits the repository: its mains, and the targets and tags of its Dockerfiles, Makefiles, CI
/// jobs and goreleaser files. Throws if a configuration exists.
package func writeInitialConfig(_ options: CheckOptions) throws(CheckError) -> WrittenConfig {
  let trees = try RepositoryReader.open()
  guard !trees.isBare else { throw CheckError(.usage, "a bare repository has no work tree to write to.") }
  let path = trees.root.appending(Config.fileName)
  guard fileStatus(path, followingLinks: false) == nil else {
    throw CheckError(.usage, "\(Config.fileName.text) already exists, and init does not change it.")
  }
  try refuseIgnored()
  let snapshot = try trees.snapshot(.workTree, nil)
  let (asked, notFollowed) = releaseBuilds(in: snapshot)
  let platforms = unique(asked.flatMap(\.build.platforms)).filter(\.hasStaticBinaries)

  var options = options
  options.subject = .workTree
  options.currentDirectory = trees.root
  options.platforms = platforms
  var names: Set<MainName> = []
  guard !snapshot.goDirectories.isEmpty else {
    throw CheckError(.usage, "the repository has no Go files, or git ignores all of them. Add a main package first.")
  }
  try RequestedMain.each(options, "./...", named: true) { (main) throws(CheckError) in names.insert(main.name) }
  let config = initialConfig(mains: names.sorted().map(\.directory), asked)
  do throws(FileError) { try writeNewFile(path, Array(config.text(rules: options.rules).utf8)) } catch {
    throw CheckError(.cannotJudge, "\(error)")
  }
  return WrittenConfig(
    mainCount: names.count, targets: platforms.map(\.description), sources: config.sources,
    unused: config.unused, notFollowed: notFollowed)
}

private typealias AskedBuild = (file: ByteString, build: ReleaseBuild)

/// Returns the builds in the release files, third-party ones excluded, and what is not followed in them; files near the root
/// come first.
private func releaseBuilds(in snapshot: Snapshot) -> (builds: [AskedBuild], notFollowed: [String]) {
  let limit = 1 << 18
  let files = snapshot.paths.filter { path in
    RecipeKind(path) != nil && !path.directory.isOfThirdParties
  }
  let nearest = files.sorted {
    ($0.split(UInt8(ascii: "/")).count, $0) < ($1.split(UInt8(ascii: "/")).count, $1)
  }.prefix(100)
  var builds: [AskedBuild] = []
  var notFollowed: [String] = []
  for file in nearest {
    guard let content = snapshot.content(file), content.count <= limit else { continue }
    builds += ReleaseBuild.all(in: file, content).map { (file, $0) }
    let recipes = RecipeFile.read(file, content) { _ in nil }
    notFollowed += (recipes?.notFollowed ?? []).map { "\(file.text):\($0.line): \($0.reason)" }
  }
  return (builds, notFollowed)
}

/// Derives the configuration from the builds: for all mains if the builds agree, otherwise for each main that a build
/// names.
private func initialConfig(mains: [ByteString], _ asked: [AskedBuild]) -> InitialConfig {
  var config = InitialConfig()
  config.all = mains
  // A build that is only for other systems has no effect on the configuration.
  let asked = asked.filter { $0.build.platforms.isEmpty || $0.build.platforms.contains(where: \.hasStaticBinaries) }
  config.targets = unique(asked.flatMap(\.build.platforms)).filter(\.hasStaticBinaries)
  var named: [ByteString: [AskedBuild]] = [:]
  for (file, build) in asked {
    // A Dockerfile in a subdirectory may be built with its own directory as the root.
    guard case .main(let directory) = build.subject, mains.contains(directory),
      !directory.isEmpty || file.directory.isEmpty
    else { continue }
    named[directory, default: []].append((file, build))
  }
  let built = named.map { directory, builds in
    let targets = unique(builds.flatMap(\.build.platforms)).filter(\.hasStaticBinaries)
    // If the builds of one main have different tags, choose none of them.
    let tags = Set(builds.map(\.build.tags)).count == 1 ? builds[0].build.tags : []
    // A main that one of its builds ships static must stay so.
    let cgo = builds.allSatisfy { $0.build.cgo != nil } ? builds.first : nil
    let reason = cgo.flatMap { file, build in build.cgo.map { "built with \($0.text) in \(file.text):\($0.line)" } }
    return InitialConfig.Main(
      directory: directory, targets: targets.isEmpty ? config.targets : targets, tags: tags, exemption: reason)
  }.sorted { $0.directory < $1.directory }
  let kinds = Set(asked.map(\.build.tags))
  let isForAll = built.count == mains.count || asked.contains { $0.build.subject == .all }
  if kinds.count == 1, isForAll { config.tags = kinds.first ?? [] }
  config.mains = built.filter { $0.tags != config.tags || $0.targets != config.targets || $0.exemption != nil }
  let written = Set(config.mains.map(\.directory))
  let stated = asked.filter { _, build in
    if case .main(let directory) = build.subject, written.contains(directory) { return true }
    return !build.platforms.isEmpty || (!config.tags.isEmpty && build.tags == config.tags)
  }
  config.sources = unique(stated.map(\.file))
  config.unused = unique(asked.map(\.file)).filter { !config.sources.contains($0) }
  return config
}

private func unique<Element: Hashable>(_ items: [Element]) -> [Element] {
  var seen: Set<Element> = []
  return items.filter { seen.insert($0).inserted }
}

/// Throws if git ignores the configuration, since no check would read it.
func refuseIgnored() throws(CheckError) {
  guard try RepositoryReader.notIgnored([Config.fileName]).isEmpty else { return }
  throw CheckError(
    .usage,
    "git ignores \(Config.fileName.text), so no check would read it. To see why, run: "
      + "git check-ignore -v \(Config.fileName.text)")
}
