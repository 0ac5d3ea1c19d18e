import GoBuild
import Recipes

/// The combinations of values for which a job runs (docs.github.com, workflow syntax, `strategy.matrix`): the product of the
/// lists, without `exclude`, with `include`. A list that an expression makes is not known, and its variable neither.
struct JobMatrix {
  typealias Combination = [String: String]
  /// One empty combination for a job without a matrix.
  private(set) var combinations: [Combination] = [[:]]

  private static let limit = 64

  init(_ job: YAML) {
    guard let matrix = job["strategy"]?["matrix"] else { return }
    for entry in matrix.entries where entry.key != "include" && entry.key != "exclude" {
      let values = entry.value.items.map { Self.values($0, of: entry.key) }
      guard !values.isEmpty, combinations.count * values.count <= Self.limit else { continue }
      combinations = combinations.flatMap { one in values.map { one.merging($0) { _, new in new } } }
    }
    let excluded = (matrix["exclude"]?.items ?? []).map(Self.values)
    combinations.removeAll { one in excluded.contains { $0.allSatisfy { one[$0.key] == $0.value } && !$0.isEmpty } }
    let original = combinations
    if original == [[:]] { combinations = [] }
    for added in (matrix["include"]?.items ?? []).prefix(Self.limit).map(Self.values) {
      var isNew = true
      for (index, one) in original.enumerated()
      where !one.isEmpty && added.allSatisfy({ one[$0.key] ?? $0.value == $0.value }) {
        combinations[index].merge(added) { _, new in new }
        isNew = false
      }
      if isNew { combinations.append(added) }
    }
    if combinations.isEmpty { combinations = [[:]] }
  }

  private static func values(_ item: YAML) -> Combination { values(item, of: nil) }

  /// The values of an item by the names that expressions use, such as `platform.os`.
  private static func values(_ item: YAML, of key: String?) -> Combination {
    if let key, let text = item.text { return [key: text] }
    let pairs = item.entries.flatMap { entry -> [(String, String)] in
      let name = (key.map { "\($0)." } ?? "") + entry.key
      if let text = entry.value.text { return [(name, text)] }
      // An item of `include` or `exclude` may have a map as its value.
      return key == nil ? values(entry.value, of: name).map { ($0.key, $0.value) } : []
    }
    return Dictionary(pairs) { $1 }
  }

  /// The job with the values of a combination in the place of its expressions.
  static func fill(_ job: YAML, with combination: Combination) -> YAML {
    if combination.isEmpty { return job }
    return job.mapTexts { text in
      replacingExpressions(in: text, between: ("${{", "}}")) { expression in
        let name = expression.split(separator: " ").joined(separator: " ")
        return name.hasPrefix("matrix.") ? combination[String(name.dropFirst(7))] : nil
      }
    }
  }

  /// The recipes of all combinations, which are given once each. Those of one command that differ only in their platform
  /// are one, with its platforms, if one of these is the machine's: for that one alone cgo is on.
  static func merge(_ recipes: [Recipe], on machine: Workspace.Machine) -> [Recipe] {
    func platform(_ recipe: Recipe) -> Platform? {
      guard machine.hasCompiler == true, recipe.cgo == .cross || recipe.cgo == .withCompiler(line: nil) else {
        return nil
      }
      return Platform("\(recipe.system ?? "linux")/\(recipe.architecture ?? machine.architecture ?? "")")
    }
    var order: [Recipe] = []
    var groups: [Recipe: [Recipe]] = [:]
    for recipe in recipes {
      var key = recipe
      if platform(recipe) != nil {
        (key.system, key.architecture, key.cgo) = (nil, nil, .withCompiler(line: nil))
        // The name of the program usually has the platform in it.
        key.flags.removeAll { $0.name == "o" && $0.value != "/dev/null" }
      }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(recipe)
    }
    return order.flatMap { key -> [Recipe] in
      let group = groups[key] ?? []
      guard group.count > 1, group.contains(where: { $0.cgo == .withCompiler(line: nil) }) else { return group }
      var merged = group[0]
      (merged.system, merged.architecture, merged.cgo) = (nil, nil, .withCompiler(line: nil))
      merged.targets = group.compactMap(platform)
      return [merged]
    }
  }
}
