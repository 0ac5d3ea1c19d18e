import Bytes
import GoBuild

/// Returns the `builds` of a goreleaser file (goreleaser.com, customization/builds/go).
///
/// goreleaser's default platforms are omitted, because the repository did not choose them.
func goReleaserBuilds(_ content: [UInt8]) -> [ReleaseBuild] {
  guard let document = YAML(parsing: content) else { return [] }
  let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { ByteString($0) }
  var last = 0
  return (document["builds"]?.items ?? []).compactMap { build in
    guard case .mapping = build else { return nil }
    if let builder = build["builder"]?.text, builder != "go" { return nil }
    if build["skip"]?.text == "true" { return nil }
    let main = [build["dir"]?.text, build["main"]?.text].compactMap { $0 }.joined(separator: "/")
    var tags = plainTags(texts(build["tags"]).joined(separator: ","))
    let flags = texts(build["flags"]).flatMap { $0.split(separator: " ").map(String.init) }
    tags += BuildFlag.parse(flags).flags.filter { $0.name == "tags" }.flatMap { plainTags($0.value ?? "") }
    let enabled = texts(build["env"]).last { $0.hasPrefix("CGO_ENABLED=") }?.dropFirst(12)
    let mode = build["buildmode"]?.text ?? BuildFlag.last("buildmode", in: BuildFlag.parse(flags).flags)
    let cgo = cgoSetting(enabled.map(String.init), buildMode: mode).map { setting in
      // The reader of YAML keeps no lines: the next line with the value is taken.
      let value = ByteString(String(setting.split(separator: "=").last ?? ""))
      let word: ByteString = setting.hasPrefix("-") ? value : "CGO_ENABLED"
      last = lines.indices.dropFirst(last).first { lines[$0].firstIndex(of: word) != nil }.map { $0 + 1 } ?? last
      return ReleaseBuild.CgoSetting(text: setting, line: max(last, 1))
    }
    return ReleaseBuild(
      subject: plainSubject(main.isEmpty ? "." : main), platforms: platforms(build), tags: tags, cgo: cgo)
  }
}

private func texts(_ value: YAML?) -> [String] { (value?.items ?? []).compactMap(\.text) }

/// Returns the words that can be part of a platform, without duplicates: a hostile list is as long as a file can be.
private func known(_ value: YAML?) -> [String] {
  var seen: Set<String> = []
  return texts(value).filter { word in
    (Platform("\(word)/amd64") != nil || Platform("linux/\(word)") != nil) && seen.insert(word).inserted
  }
}

private func platforms(_ build: YAML) -> [Platform] {
  // Platforms in full, such as linux_amd64_v1.
  let written = texts(build["targets"]).compactMap { target in
    Platform(target.split(separator: "_").prefix(2).joined(separator: "/"))
  }
  if build["targets"] != nil { return written }
  let ignored = (build["ignore"]?.items ?? []).map { ($0["goos"]?.text, $0["goarch"]?.text) }
  let (systems, architectures) = (known(build["goos"]), known(build["goarch"]))
  return systems.flatMap { system in
    architectures.compactMap { architecture in
      let isIgnored = ignored.contains { ($0.0 ?? system) == system && ($0.1 ?? architecture) == architecture }
      return isIgnored ? nil : Platform("\(system)/\(architecture)")
    }
  }
}
