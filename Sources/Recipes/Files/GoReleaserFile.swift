import Bytes
import GoBuild

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
    let setting = (global + (build["env"]?.items ?? [])).last { $0.text?.hasPrefix("CGO_ENABLED=") ?? false }
    let value = setting?.text.map { String($0.dropFirst(12)) }
    let cgo: Recipe.CgoState =
      switch value {
      case "0": .off(line: setting?.line)
      case "1": .on(line: setting?.line)
      case let text? where text.contains("{{") || text.contains("$"): .unknown("CGO_ENABLED is a template")
      case nil, .some: .withCompiler(line: nil)
      }
    if let value, let line = setting?.line, !["", "0", "1"].contains(value), !value.contains("{{"), !value.contains("$")
    {
      file.lost.append(LostSetting(name: "CGO_ENABLED", cause: .value(value), line: line))
    }
    let subject: Recipe.Subject =
      switch subject(of: build) {
      case .main(let directory): .directory(directory)
      case .all: .below("")
      case .unknown: .unknown
      }
    var recipe = Recipe(
      file: path, line: build.line, command: "goreleaser", subjects: [subject], system: nil, architecture: nil,
      tags: tags(of: build), flags: flags(of: build), cgo: cgo, builder: nil, runtime: nil)
    recipe.targets = platforms(build, orDefault: true)
    recipe.isAtRoot = true
    recipe.hasUnknownFlags = texts(build["tags"]).contains { $0.contains("{{") } || build["overrides"] != nil
    file.recipes.append(recipe)
  }
  return file
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
