import Bytes
import GoBuild
import Recipes

/// Returns the `builds` of a goreleaser file (goreleaser.com, customization/builds/go).
///
/// goreleaser's default platforms are omitted, because the repository did not choose them.
func goReleaserBuilds(_ content: [UInt8]) -> [ReleaseBuild] {
  guard let document = YAML(parsing: content) else { return [] }
  return (document["builds"]?.items ?? []).compactMap { build in
    guard isGoBuild(build) else { return nil }
    let enabled = texts(build["env"]).last { $0.hasPrefix("CGO_ENABLED=") }?.dropFirst(12)
    let line = build["env"]?.items.last { $0.text?.hasPrefix("CGO_ENABLED=") ?? false }?.line
    let mode = build["buildmode"]?.text ?? BuildFlag.last("buildmode", in: flags(of: build))
    let cgo = cgoSetting(enabled.map(String.init), buildMode: mode).map { setting in
      let place = setting.hasPrefix("-") ? build["buildmode"]?.line ?? build["flags"]?.line : line
      return ReleaseBuild.CgoSetting(text: setting, line: place ?? build.line)
    }
    return ReleaseBuild(subject: subject(of: build), platforms: platforms(build), tags: tags(of: build), cgo: cgo)
  }
}

/// Returns the builds of a goreleaser file as recipes. goreleaser builds with the environment of the machine: without
/// CGO_ENABLED, cgo is on for the platform of the machine, and off for the others.
func goReleaserRecipes(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: content) else { return file }
  let global = document["env"]?.items ?? []
  let builds = document["builds"]?.items.filter(isGoBuild) ?? []
  for build in builds {
    let settings = global + (build["env"]?.items ?? [])
    var recipe = Recipe(
      file: path, line: build.line, command: "goreleaser", subjects: [recipeSubject(of: build)], tags: tags(of: build),
      flags: flags(of: build), cgo: cgoState(settings, lost: &file.lost))
    recipe.targets = platforms(build, orDefault: true)
    recipe.isAtRoot = true
    let isTemplate = texts(build["tags"]).contains { $0.contains("{{") }
    recipe.hasUnknownFlags = isTemplate || build["overrides"] != nil
    file.recipes.append(recipe)
    for override in (build["overrides"]?.items ?? []).prefix(100) {
      guard let platform = Platform("\(override["goos"]?.text ?? "")/\(override["goarch"]?.text ?? "")"),
        let own = override["env"]?.items
      else { continue }
      var other = recipe
      (other.line, other.targets, other.isOverride) = (override.line, [platform], true)
      other.cgo = cgoState(settings + own, lost: &file.lost)
      other.flags = flags(of: override)
      // The C compiler may link it statically.
      let isStatic = texts(override["ldflags"]).contains { $0.contains("static") || $0.contains("{{") }
      other.hasUnknownFlags = isTemplate || isStatic
      // Without another cgo state, it is as the others are.
      if case .on = other.cgo, case .off = recipe.cgo { file.recipes.append(other) }
    }
  }
  return file
}

/// The cgo state by the last CGO_ENABLED of a list of variables.
private func cgoState(_ settings: [YAML], lost: inout [LostSetting]) -> Recipe.CgoState {
  let setting = settings.last { $0.text?.hasPrefix("CGO_ENABLED=") ?? false }
  guard let setting, let value = setting.text.map({ String($0.dropFirst(12)) }) else {
    return .withCompiler(line: nil)
  }
  switch value {
  case "0": return .off(line: setting.line)
  case "1": return .on(line: setting.line)
  case _ where value.contains("{{") || value.contains("$"): return .unknown("CGO_ENABLED is a template")
  default:
    let found = LostSetting(name: "CGO_ENABLED", cause: .value(value), line: setting.line)
    if !value.isEmpty, !lost.contains(found) { lost.append(found) }
    return .withCompiler(line: nil)
  }
}

private func recipeSubject(of build: YAML) -> Recipe.Subject {
  switch subject(of: build) {
  case .main(let directory): .directory(directory)
  case .all: .below("")
  case .unknown: .unknown
  }
}

private func isGoBuild(_ build: YAML) -> Bool {
  guard case .mapping = build.kind else { return false }
  if let builder = build["builder"]?.text, builder != "go" { return false }
  return build["skip"]?.text != "true"
}

private func subject(of build: YAML) -> ReleaseBuild.Subject {
  let main = [build["dir"]?.text, build["main"]?.text].compactMap { $0 }.joined(separator: "/")
  return plainSubject(main.isEmpty ? "." : main)
}

private func flags(of build: YAML) -> [BuildFlag] {
  BuildFlag.parse(texts(build["flags"]).flatMap { $0.split(separator: " ").map(String.init) }).flags
}

private func tags(of build: YAML) -> [String] {
  plainTags(texts(build["tags"]).joined(separator: ","))
    + flags(of: build).filter { $0.name == "tags" }.flatMap { plainTags($0.value ?? "") }
}

private func texts(_ value: YAML?) -> [String] { (value?.items ?? []).compactMap(\.text) }

/// Returns the words that can be part of a platform, without duplicates: a hostile list is as long as a file can be.
private func known(_ value: YAML?) -> [String] {
  var seen: Set<String> = []
  return texts(value).filter { word in
    (Platform("\(word)/amd64") != nil || Platform("linux/\(word)") != nil) && seen.insert(word).inserted
  }
}

/// Returns the platforms of a build. With `orDefault`, those that goreleaser takes where it names none
/// (goreleaser.com, customization/builds/go).
private func platforms(_ build: YAML, orDefault: Bool = false) -> [Platform] {
  // Platforms in full, such as linux_amd64_v1.
  let written = texts(build["targets"]).compactMap { target in
    Platform(target.split(separator: "_").prefix(2).joined(separator: "/"))
  }
  if build["targets"] != nil { return written }
  let ignored = (build["ignore"]?.items ?? []).map { ($0["goos"]?.text, $0["goarch"]?.text) }
  let systems = build["goos"] == nil && orDefault ? ["linux", "darwin", "windows"] : known(build["goos"])
  let architectures = build["goarch"] == nil && orDefault ? ["386", "amd64", "arm64"] : known(build["goarch"])
  return systems.flatMap { system in
    architectures.compactMap { architecture in
      let isIgnored = ignored.contains { ($0.0 ?? system) == system && ($0.1 ?? architecture) == architecture }
      return isIgnored ? nil : Platform("\(system)/\(architecture)")
    }
  }
}
