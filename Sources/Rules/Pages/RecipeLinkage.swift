import Bytes
package import Diagnostics
import GoBuild
import GoGraph
import Recipes

extension RuleID {
  package static let recipeLinkage = RuleID("recipe-linkage")
}

extension Rule {
  package static let recipeLinkage = Rule(
    .recipeLinkage, .error, phase: .recipe, isAllowable: true,
    summary: "a release ships a main that is not static where it runs",
    why: """
      staticgo builds with CGO_ENABLED=0, but a release is built as its Dockerfile says. Without CGO_ENABLED, go uses cgo
      if the build image has a C compiler, and the program then needs the loader and the C library of that image. The
      image that it runs in may have neither: the container stops with "no such file or directory". If the build image
      happens to have no compiler, the program is static only until somebody installs one.
      """,
    fix: [
      "Add `ENV CGO_ENABLED=0` below the FROM line of the stage that builds.",
      "If the main is meant to use cgo, add a `[[main]]` entry with `linkage = \"dynamic\"` and a reason to .staticgo.toml.",
    ],
    examples: [
      Example(
        title: "a program that uses net, built with cgo, in an image without a loader",
        archive: """
          1 staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "net"
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN go build -o /app . # // HERE
          FROM scratch
          COPY --from=build /app /app
          ENTRYPOINT ["/app"]
          """),
      Example(
        title: "the same program, built without cgo",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "net"
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          ENV CGO_ENABLED=0
          WORKDIR /src
          COPY . .
          RUN go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          ENTRYPOINT ["/app"]
          """),
      Example(
        title: "a program in which nothing uses cgo",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          COPY . /src
          WORKDIR /src
          RUN go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          """),
    ])
}

extension RecipeSubject {
  /// The finding about how a recipe links the main; nil where it is static, or where the recipe does not show it.
  func linkage(_ recipe: Recipe, in file: RecipeFile) -> Finding? {
    let own = Set(recipe.tags).subtracting(Self.standardTags.keys)
    guard !recipe.isCheck, !recipe.isConditional, !recipe.hasUnknownFlags,
      own.isEmpty || own == Set(tags).subtracting(Self.standardTags.keys)
    else { return nil }
    if let flag = flagFinding(recipe, in: file) { return flag }
    guard [.staticWithoutCgo, .degraded, .blocked].contains(verdict) else { return nil }
    if chainToCgo(recipe).isEmpty { return nil }
    if !recipe.targets.isEmpty { return release(recipe, in: file) }
    if recipe.isSeveral, !recipe.keeps(analysis.main) { return nil }
    // The C compiler's linker makes it static. A program whose only C code is that of the standard library uses Go's linker,
    // unless -linkmode says otherwise.
    let usesExternalLinker = verdict != .staticWithoutCgo
    let isLinkedStatically = recipe.flags.contains { flag in
      guard flag.name == "ldflags", let value = flag.value else { return false }
      return value == "\0" || value.contains("static") && (usesExternalLinker || value.contains("external"))
    }
    if isLinkedStatically { return nil }
    if recipe.command == "ko" { return koLinkage(recipe, in: file) }
    guard let builder = recipe.builder else { return nil }
    let reason: String
    let line: (line: Int, text: String)?
    switch recipe.cgo {
    case .off, .cross, .unknown: return nil
    case .on(let set):
      reason = "CGO_ENABLED=1"
      line = set.map { ($0, "sets CGO_ENABLED=1") }
    case .withCompiler(let installed):
      reason = "CGO_ENABLED is not set, and \(builder.image.name) has a C compiler"
      line = installed.map { ($0, "installs a C compiler, with which go uses cgo") }
    case .withoutCompiler:
      guard verdict != .blocked, recipe.runtime != nil else { return nil }
      return linked(
        recipe, in: file, .warning,
        "is static only because \(builder.image.name) has no C compiler\(verdict == .degraded ? "; with one, it works differently" : "")",
        "CGO_ENABLED is not set", nil)
    }
    guard let library = builder.image.library, let runtime = recipe.runtime else { return nil }
    guard let own = runtime.image.library else {
      guard let help = runtime.compatibility, library == .glibc else { return nil }
      return linked(
        recipe, in: file, .warning,
        "is not static in its image: it needs glibc, and runs there only because of \(help.name)",
        reason, (help.line, "\(help.name) is not needed with CGO_ENABLED=0"))
    }
    if own == .none {
      return linked(
        recipe, in: file, .error,
        "does not start in its image: it needs \(library.rawValue), and \(runtime.image.name) has none",
        reason, line)
    }
    if own != library {
      return linked(
        recipe, in: file, .error,
        "does not start in its image: it needs \(library.rawValue), and \(runtime.image.name) has \(own.rawValue)",
        reason,
        line)
    }
    return linked(recipe, in: file, .warning, "is not static in its image: it needs \(library.rawValue)", reason, line)
  }

  /// The finding about a build for another platform than that of the machine, for which cgo is off unasked.
  func crossBuilt(_ recipe: Recipe, in file: RecipeFile) -> Finding? {
    guard verdict == .degraded, case .cross = recipe.cgo, !recipe.isCheck, !recipe.isConditional,
      recipe.system ?? "linux" == analysis.platform.system.text, BuildFlag.last("o", in: recipe.flags) != "/dev/null",
      let target = recipe.architecture.map({ "\(analysis.platform.system.text)/\($0)" })
    else { return nil }
    var finding = finding(
      .recipeLinkage, .warning, file, line: recipe.line, about: "\(analysis.main.text) \(target)",
      "is built without cgo for \(target), and works differently there than with cgo",
      label: "CGO_ENABLED is not set: cgo is off for another platform than that of the machine",
      help: [
        "set CGO_ENABLED=1 and CC to a C compiler for \(target)",
        "or build all platforms with CGO_ENABLED=0, if the program is meant to work without cgo",
      ])
    finding.chain = chainToThirdParty(recipe)
    return finding
  }

  /// The imports that lead to the first package outside the standard library that uses cgo.
  private func chainToThirdParty(_ recipe: Recipe) -> [Hop] {
    let first = analysis.packagesThatUseCgo.first { !$0.isStandard }
    return first.map { analysis.hops(to: $0.importPath, in: analysis.on) } ?? chainToCgo(recipe)
  }

  /// The finding about a release for several platforms that one machine builds: cgo is on for its own platform.
  private func release(_ recipe: Recipe, in file: RecipeFile) -> Finding? {
    if case .on(let line) = recipe.cgo, recipe.isOverride { return override(recipe, setBy: line, in: file) }
    guard case .withCompiler = recipe.cgo, BuildFlag.last("o", in: recipe.flags) != "/dev/null" else { return nil }
    let own = recipe.targets.filter { $0.description == "linux/amd64" }
    let others = recipe.targets.filter { $0.hasStaticBinaries && $0.description != "linux/amd64" }
    guard !own.isEmpty else { return nil }
    let without = verdict == .degraded ? "works differently, without cgo," : "static"
    let rest = others.isEmpty ? "" : ", and \(without) for \(others.map(\.description).joined(separator: ", "))"
    var finding = finding(
      .recipeLinkage, others.isEmpty ? .warning : .error, file, line: recipe.line, about: analysis.main.text,
      "is dynamic for linux/amd64 in a release\(rest)",
      label: "CGO_ENABLED is not set: cgo is on for the platform of the build machine, and off for all others",
      help: [
        RecipeKind(file.path) == .workflow
          ? "set CGO_ENABLED: 0 in env: of this step or job of \(file.path.text)"
          : "add env: [CGO_ENABLED=0] to this build of \(file.path.text)"
      ])
    finding.chain = chainToCgo(recipe)
    return finding
  }

  /// The finding about one platform of a release that alone is built with cgo.
  private func override(_ recipe: Recipe, setBy line: Int?, in file: RecipeFile) -> Finding? {
    guard verdict != .blocked, let target = recipe.targets.first else { return nil }
    var finding = finding(
      .recipeLinkage, .warning, file, line: line ?? recipe.line, about: "\(analysis.main.text) \(target)",
      "is built with cgo for \(target) only, and without cgo for the other platforms of its release",
      label: "CGO_ENABLED=1 for \(target) only", help: ["remove CGO_ENABLED=1 from this override of \(file.path.text)"])
    finding.chain = chainToCgo(recipe)
    return finding
  }

  /// The finding about a ko build with cgo, which uses the C library of the machine that runs ko.
  private func koLinkage(_ recipe: Recipe, in file: RecipeFile) -> Finding? {
    guard case .on(let line) = recipe.cgo, let runtime = recipe.runtime, let library = runtime.image.library else {
      return nil
    }
    let cause = line.map { ($0, "sets CGO_ENABLED=1; ko builds with 0 otherwise") }
    if library == .none {
      return linked(
        recipe, in: file, .error,
        "does not start in its image: it needs a C library, and \(runtime.image.name) has none", "CGO_ENABLED=1", cause)
    }
    return linked(
      recipe, in: file, .warning, "is not static in its image: ko builds it with cgo", "CGO_ENABLED=1", cause)
  }

  /// The tags with which a package of the standard library does not use cgo.
  private static let standardTags: [String: ByteString] = ["netgo": "net", "osusergo": "os/user"]

  /// The imports that lead to the first package that uses cgo with the tags of a recipe; empty without one.
  private func chainToCgo(_ recipe: Recipe) -> [Hop] {
    let covered = Set(recipe.tags.compactMap { Self.standardTags[$0] })
    let first = analysis.packagesThatUseCgo.first { !covered.contains($0.importPath) }
    return first.map { analysis.hops(to: $0.importPath, in: analysis.on) } ?? []
  }

  private func linked(
    _ recipe: Recipe, in file: RecipeFile, _ severity: Severity, _ predicate: String, _ label: String,
    _ cause: (line: Int, text: String)?
  ) -> Finding {
    let stage = recipe.builder.map { " below line \($0.line)" } ?? ""
    var help = "add ENV CGO_ENABLED=0\(stage) of \(file.path.text)"
    var isSet = false
    if case .on(let line) = recipe.cgo {
      isSet = true
      help = "build with CGO_ENABLED=0 instead of 1\(line.map { " (line \($0) of \(file.path.text))" } ?? "")"
    }
    let image = recipe.runtime.map { " in \($0.image.name.prefix { $0 != ":" && $0 != "@" })" } ?? ""
    var finding = finding(
      .recipeLinkage, severity, file, line: recipe.line, about: analysis.main.text + image, predicate, label: label,
      help: [help])
    finding.chain = chainToCgo(recipe)
    let missing = Self.standardTags.keys.sorted().filter { !recipe.tags.contains($0) }
    if missing.count == 1, !tags.contains(missing[0]) {
      let given = recipe.tags.joined(separator: ",")
      finding.help.append("or use -tags \(given),\(missing[0]): \(given) alone does not cover os/user and net")
    }
    if !isSet, let builder = recipe.builder, case let text = file.text(of: builder.line), !text.isEmpty,
      !text.hasSuffix("\\")
    {
      let end: ByteString = text.hasSuffix("\r") ? "\r" : ""
      finding.fixes = [
        Fix(
          file: file.path, line: builder.line, original: text, replacement: text + "\nENV CGO_ENABLED=0" + end)
      ]
    }
    var related: [RelatedLocation] = []
    if let called = recipe.called {
      let place = Location(file: called.file, line: called.line, column: 1, endColumn: 1, isInRepository: true)
      related.append(RelatedLocation(location: place, message: "\(recipe.command), which this line runs"))
    }
    if let cause { related.append(RelatedLocation(location: Self.place(file, cause.line), message: cause.text)) }
    if let runtime = recipe.runtime, severity == .error, runtime.line != recipe.line {
      related.append(
        RelatedLocation(
          location: Self.place(file, runtime.line), message: "the image in which \(analysis.main.text) runs"))
    }
    finding.related = related
    return finding
  }

  /// The finding about a flag that makes a program without cgo dynamic.
  private func flagFinding(_ recipe: Recipe, in file: RecipeFile) -> Finding? {
    guard let runtime = recipe.runtime, runtime.image.library == BaseImage.Library.none else { return nil }
    switch recipe.cgo {
    case .off, .cross: break
    default: return nil
    }
    let flags = recipe.flags.map(\.text)
    guard let (index, mode) = linkMode(of: flags), mode != .library else { return nil }
    return finding(
      .recipeLinkage, .error, file, line: recipe.line, about: analysis.main.text,
      "does not start in its image: \(flags[index]) makes it need a loader, and \(runtime.image.name) has none",
      label: "\(flags[index])", help: ["remove \(flags[index]) from this command"])
  }
}
