import Bytes
import Recipes

/// The facts that only the whole Dockerfile shows.
extension DockerfileEvaluator {
  /// The last image that gets the program of each build.
  mutating func findRuntimes() {
    for (index, (stage, recipe, output)) in builds.enumerated() where !file.recipes[recipe].isCheck {
      // A later build may write the same file.
      if let output, builds.dropFirst(index + 1).contains(where: { $0.stage == stage && $0.output == output }) {
        continue
      }
      var places: [(stage: Int, path: ByteString?)] = [(stage, output)]
      var runtime =
        stage == last || stages.indices.contains { $0 > stage && isDerived($0, from: stage) && $0 == last } ? last : nil
      var index = 0
      while index < places.count, places.count < 100 {
        let (from, path) = places[index]
        index += 1
        for to in stages.indices where to > from {
          for copy in stages[to].copies where copy.stage.map({ $0 == from || isDerived($0, from: from) }) ?? false {
            guard let moved = copy.place(of: path) else { continue }
            places.append((to, moved))
            file.recipes[recipe].copied.insert(copy.source.baseName)
            runtime = max(runtime ?? to, to)
          }
        }
      }
      // A stage that is FROM that one has the program too; the last of them is what is built.
      let final = runtime.map { place in stages.indices.last { $0 > place && isDerived($0, from: place) } ?? place }
      // Several programs may go to several images.
      let goals = Set(places.dropFirst().map(\.stage)).filter { stage in
        !places.contains { isCopied(from: stage, to: $0.stage) }
      }
      let isSpread = file.recipes[recipe].isSeveral && goals.count > 1
      file.recipes[recipe].runtime = isSpread ? nil : final.map { stages[$0].asImage }
    }
  }

  private func isCopied(from stage: Int, to other: Int) -> Bool {
    other > stage && stages[other].copies.contains { $0.stage == stage }
  }

  private func isDerived(_ stage: Int, from other: Int) -> Bool {
    var next = stages[stage].parent
    while let index = next {
      if index == other { return true }
      next = stages[index].parent
    }
    return false
  }

  mutating func findLostSettings() {
    if file.recipes.isEmpty {
      // Without a build, only a setting that never works is certain.
      file.lost.removeAll { $0.cause != .shellEnds(unit: "RUN") }
      return
    }
    let unset = builds.first { build in
      switch file.recipes[build.recipe].cgo {
      case .withCompiler, .withoutCompiler: true
      default: false
      }
    }
    guard let unset else { return }
    let line = file.recipes[unset.recipe].line
    for (stage, setting) in settings where !usedLines.contains(setting) {
      let followers = stages.indices.filter { $0 == stage || isDerived($0, from: stage) }
      if followers.contains(where: opaque.contains) { continue }
      lose("CGO_ENABLED", .afterBuild(line: line), setting)
    }
    if let global = globalLines["CGO_ENABLED"], !declared.contains("CGO_ENABLED"), opaque.isEmpty {
      lose("CGO_ENABLED", .beforeFrom, global)
    }
  }

  /// Finds what the last image starts although it has no shell.
  mutating func findScripts(_ content: (ByteString) -> [UInt8]?) {
    guard let stage = stages.last, stage.hasShell == false else { return }
    for (keyword, instruction) in stage.starts.sorted(by: { $0.key < $1.key }) {
      // The arguments of an ENTRYPOINT in the exec form.
      if keyword == "CMD", let entry = stage.starts["ENTRYPOINT"], entry.exec != nil { continue }
      guard let exec = instruction.exec else {
        if instruction.string.isEmpty { continue }
        file.shellless.append(.init(instruction: keyword, line: instruction.line, image: stage.asImage))
        continue
      }
      guard let program = exec.first else { continue }
      if ["sh", "bash", "ash", "dash"].contains(program.split(separator: "/").last ?? "") {
        file.shellless.append(.init(instruction: keyword, line: instruction.line, image: stage.asImage))
        continue
      }
      guard let path = stage.path(program) else { continue }
      for source in stage.origins(of: path) {
        let places = [source, file.path.directory.appending(source).cleaned]
        guard let place = places.first(where: { content($0) != nil }), let bytes = content(place),
          bytes.starts(with: Array("#!".utf8))
        else { continue }
        let line = String(decoding: bytes.dropFirst(2).prefix { $0 != 0x0a }.prefix(200), as: UTF8.self)
        let interpreter = line.split(separator: " ").first.map(String.init) ?? ""
        var missing = RecipeFile.MissingShell(instruction: keyword, line: instruction.line, image: stage.asImage)
        missing.script = (place, interpreter)
        file.shellless.append(missing)
        break
      }
    }
  }
}
