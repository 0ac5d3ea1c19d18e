import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoSource
import Linkage
import Recipes

extension RecipeSubject {
  /// The findings about what the linked program may use at run time, and the image of a recipe lacks.
  func missing(_ recipe: Recipe, in file: RecipeFile) -> [Finding] {
    // With other tags it may be another program: -tags timetzdata brings time zones.
    guard let runtime = recipe.runtime, !recipe.isCheck, !recipe.isConditional, !recipe.hasUnknownFlags,
      Set(recipe.tags) == Set(tags)
    else { return [] }
    if recipe.isSeveral, !recipe.keeps(analysis.main) { return [] }
    return needs.compactMap { reached in
      guard reached.replacement == nil, let part = ImageContents.Part(rawValue: reached.need.rawValue),
        let rule = Self.rules[part]
      else { return nil }
      let isUnused = part == .zoneinfo && hasUnusedZoneArchive(recipe)
      guard runtime.image.contents[part] == false || isUnused, let way = way(of: reached) else { return nil }
      return finding(rule, reached, way, runtime, isUnused: isUnused, in: file)
    }
  }

  /// Whether the only time zones of the image are in an archive that the program does not look for: it was built with
  /// -trimpath, or by an official image of Go and copied to another directory.
  private func hasUnusedZoneArchive(_ recipe: Recipe) -> Bool {
    guard let contents = recipe.runtime?.image.contents, contents[.zoneinfo] == nil,
      let isElsewhere = contents.hasUnusedZoneArchive
    else { return false }
    if recipe.flags.contains(where: { $0.name == "trimpath" && $0.value != "false" }) { return true }
    return isElsewhere && recipe.builder?.image.goMinor != nil
  }

  private static let rules: [ImageContents.Part: Rule] = [
    .roots: .runtimeRoots, .zoneinfo: .runtimeZoneinfo, .user: .runtimeUser, .tmp: .runtimeTmp,
    .program: .runtimeProgram,
  ]

  /// The imports from the main to the package outside this repository that leads to a need; nil where code of this
  /// repository does not lead there, or where it may be that only the linker does.
  private func way(of reached: RuntimeNeed.Reached) -> [Hop]? {
    if reached.mayBeReflection { return nil }
    switch reached.need {
    // A directory or a zone that the call names is no need.
    case .tmp:
      return wayOfCall(to: [("os", ["CreateTemp", "MkdirTemp"]), ("io/ioutil", ["TempFile", "TempDir"])]) {
        $0.hasPrefix("\"\"") || $0.hasPrefix("``")
      }
    case .zoneinfo where reached.calls.dropLast().last.map(isOfTeam) ?? true:
      return wayOfCall(to: [("time", ["LoadLocation"])]) { argument in
        !["\"\"", "\"UTC\"", "\"Local\""].contains { argument.hasPrefix($0) }
      }
    default: break
    }
    let packages = reached.calls.map { SymbolReader.package(of: $0) }
    guard let last = reached.calls.lastIndex(where: isOfTeam), last + 1 < packages.count else { return nil }
    let path = packages[last] == "main" ? analysis.main.importPath : packages[last]
    guard let importer = analysis.package(path) else { return nil }
    let hops = analysis.hops(to: path, in: analysis.off)
    // A function between the two may have been inlined: then the import of the package that calls it is shown.
    let all = hops + (analysis.hop(from: importer, to: packages[last + 1]).map { [$0] } ?? [])
    return all.isEmpty ? nil : all
  }

  private func isOfTeam(_ symbol: String) -> Bool {
    let path = SymbolReader.package(of: symbol)
    return path == "main" || analysis.package(path)?.isFirstParty ?? false
  }

  /// The imports to a package of this repository that calls one of the functions with a first argument for which `counts` is
  /// true; nil where none does. Code of third parties may pass any argument, so it is silent.
  private func wayOfCall(
    to functions: [(package: ByteString, names: [ByteString])], counts: (ByteString) -> Bool
  ) -> [Hop]? {
    for package in analysis.off.packages where package.isFirstParty {
      for (imported, names) in functions {
        guard let hop = analysis.hop(from: package, to: imported) else { continue }
        for file in package.selectFiles(in: analysis.off.context).go {
          guard let text = content(package.directory.name.path.appending(file.name)).map({ ByteString($0) }) else {
            continue
          }
          if names.contains(where: { name in arguments(of: name, in: text).contains(where: counts) }) {
            return analysis.hops(to: package.importPath, in: analysis.off) + [hop]
          }
        }
      }
    }
    return nil
  }

  /// The texts that follow the calls of a function of another package.
  private func arguments(of name: ByteString, in text: ByteString) -> [ByteString] {
    var found: [ByteString] = []
    let call = "." + name + "("
    var start = 0
    while found.count < 100, let place = text.firstIndex(of: call, from: start) {
      start = place + call.count
      found.append(ByteString(text.bytes[start...].drop { [0x20, 0x09, 0x0a].contains($0) }.prefix(20)))
    }
    return found
  }

  private func finding(
    _ rule: Rule, _ reached: RuntimeNeed.Reached, _ way: [Hop], _ runtime: Recipe.Stage, isUnused: Bool,
    in file: RecipeFile
  ) -> Finding {
    let image = runtime.image.name
    let predicate: String
    let help: [String]
    switch reached.need {
    case .roots:
      predicate = "may connect by TLS, and its image \(image) has no CA certificates"
      help = [
        "copy them into the image: COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
        "or put them into the program: import _ \"golang.org/x/crypto/x509roots/fallback\"",
      ]
    case .zoneinfo where isUnused:
      predicate =
        "loads time zones by name, and does not find the \(ImageContents.zoneArchiveName.text) of its image \(image)"
      help = [
        "set ENV ZONEINFO to the path of the copy in \(file.path.text)",
        "or put the zones into the program: import _ \"time/tzdata\"",
      ]
    case .zoneinfo:
      predicate = "loads time zones by name, and its image \(image) has none"
      help = [
        "put them into the program: import _ \"time/tzdata\", or -tags timetzdata (400 KB)",
        "or copy them into the image: COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo",
      ]
    case .user:
      predicate = "may look up users, and its image \(image) has no /etc/passwd"
      help = ["copy the file into the image: COPY --from=build /etc/passwd /etc/passwd"]
    case .tmp:
      predicate = "may make temporary files, and its image \(image) has no /tmp"
      help = ["add VOLUME /tmp to \(file.path.text), or set TMPDIR to a directory that is mounted"]
    case .program, .home, .mime, .services:
      predicate = "may start other programs, and its image \(image) has none"
      help = [
        "copy them into the image, or use an image that has them; allow this finding if the program goes on without them"
      ]
    }
    let location = way.last { $0.location.isOfTeam }?.location ?? Self.place(file, runtime.line)
    var finding = Finding(
      rule: rule.id, severity: rule.severity, culprit: file.path + ByteString("#\(image)"),
      predicate: Predicate(predicate),
      label: "leads to \(reached.calls.last ?? SymbolReader.readable(reached.functions[0]))", location: location,
      chain: way,
      mains: [analysis.main], targets: [analysis.platform.description], help: help)
    finding.calls = reached.calls
    finding.proof = .linker
    finding.related = [
      RelatedLocation(
        location: Self.place(file, runtime.line), message: "the image in which \(analysis.main.text) runs")
    ]
    if isUnused, let line = file.line(containing: ImageContents.zoneArchiveName) {
      finding.related.append(
        RelatedLocation(location: Self.place(file, line), message: "copied to where the program does not look"))
    }
    return finding
  }
}
