import Bytes
import Recipes

/// The images that a bake file builds for several platforms, or with build arguments (docs.docker.com, bake reference), limited to what it states
/// literally: a value with a variable, a function or a matrix is not known.
func bakedImages(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  let targets =
    path.hasSuffix(".json")
    ? (YAML(parsing: content)?["target"]?.entries ?? []).map { ($0.key, BakeTarget($0.value)) }
    : BakeReader.targets(String(decoding: content.filter { $0 != 0x0d }, as: UTF8.self))
  let named = Dictionary(targets) { $1 }
  for (name, target) in targets.prefix(1_000) {
    let known = target.inheriting(named)
    // A target that others inherit is not built by itself.
    let isBase = target.dockerfile == nil && targets.contains { $0.1.parents.contains(name) }
    if known.isUnknown { continue }
    let image = RecipeFile.PublishedImage(
      context: known.context ?? ".", dockerfile: known.dockerfile, below: path.directory,
      (known.platforms ?? []).joined(separator: ","), line: known.line, isBase ? [] : known.arguments)
    if let image, !file.images.contains(image) { file.images.append(image) }
  }
  return file
}

/// A target of a bake file.
private struct BakeTarget {
  var context: String?
  var dockerfile: String?
  var platforms: [String]?
  var arguments: [RecipeFile.PublishedImage.Argument] = []
  var parents: [String] = []
  /// The line of its platforms.
  var line = 0
  /// Whether a value that counts here is not literal.
  var isUnknown = false

  init() {}

  /// Reads a target of the JSON form, which is YAML too.
  init(_ value: YAML) {
    context = value["context"]?.text
    dockerfile = value["dockerfile"]?.text
    platforms = value["platforms"]?.items.compactMap(\.text)
    arguments = RecipeFile.PublishedImage.Argument.all(value["args"])
    parents = value["inherits"]?.items.compactMap(\.text) ?? []
    line = value["platforms"]?.line ?? value.line
    isUnknown = [context, dockerfile].contains { $0?.contains("${") ?? false }
  }

  /// The target with what it takes from the targets that it inherits.
  func inheriting(_ targets: [String: BakeTarget], depth: Int = 0) -> BakeTarget {
    var known = self
    for parent in parents.reversed() where depth < 8 {
      guard let other = targets[parent]?.inheriting(targets, depth: depth + 1) else {
        known.isUnknown = true
        continue
      }
      known.context = known.context ?? other.context
      known.dockerfile = known.dockerfile ?? other.dockerfile
      known.arguments += other.arguments
      if known.platforms == nil { (known.platforms, known.line) = (other.platforms, other.line) }
      known.isUnknown = known.isUnknown || other.isUnknown
    }
    return known
  }
}

/// Reads the blocks `target "name" { … }` of HCL (github.com/hashicorp/hcl, hclsyntax/spec.md).
private struct BakeReader {
  private enum Token: Equatable {
    case word(String)
    /// A string; nil where a part of it is not literal.
    case text(String?)
    case sign(Character)
  }
  private var tokens: [(token: Token, line: Int)] = []
  private var index = 0

  static func targets(_ text: String) -> [(String, BakeTarget)] {
    var reader = BakeReader()
    reader.split(Array(text))
    return reader.read()
  }

  private mutating func split(_ text: [Character]) {
    var (index, line) = (0, 1)
    while index < text.count {
      let character = text[index]
      if character == "\n" { line += 1 }
      let isComment = character == "#" || character == "/" && index + 1 < text.count && text[index + 1] == "/"
      if isComment {
        while index < text.count, text[index] != "\n" { index += 1 }
        continue
      }
      if character == "/", index + 1 < text.count, text[index + 1] == "*" {
        index += 2
        while index + 1 < text.count, !(text[index] == "*" && text[index + 1] == "/") {
          if text[index] == "\n" { line += 1 }
          index += 1
        }
        index += 2
        continue
      }
      if character == "\"" {
        var value = ""
        index += 1
        while index < text.count, text[index] != "\"", text[index] != "\n" {
          if text[index] == "\\" { index += 1 }
          if index < text.count { value.append(text[index]) }
          index += 1
        }
        tokens.append((.text(value.contains("${") || value.contains("%{") ? nil : value), line))
      } else if character == "_" || character.isLetter {
        var end = index
        while end < text.count, text[end] == "_" || text[end] == "-" || text[end].isLetter || text[end].isNumber {
          end += 1
        }
        tokens.append((.word(String(text[index..<end])), line))
        index = end
        continue
      } else if !character.isWhitespace {
        tokens.append((.sign(character), line))
      }
      index += 1
    }
  }

  private mutating func read() -> [(String, BakeTarget)] {
    var found: [(String, BakeTarget)] = []
    var depth = 0
    while index < tokens.count {
      switch tokens[index].token {
      case .sign("{"): depth += 1
      case .sign("}"): depth = max(0, depth - 1)
      case .word("target") where depth == 0 && index + 2 < tokens.count && tokens[index + 2].token == .sign("{"):
        guard case .text(let name?) = tokens[index + 1].token else { break }
        index += 3
        found.append((name, target()))
        continue
      default: break
      }
      index += 1
    }
    return found
  }

  /// Reads the attributes of a target up to its closing brace.
  private mutating func target() -> BakeTarget {
    var target = BakeTarget()
    var depth = 1
    while index < tokens.count, depth > 0 {
      let (token, line) = tokens[index]
      index += 1
      switch token {
      case .sign("{"): depth += 1
      case .sign("}"): depth -= 1
      case .word(let name) where depth == 1 && index < tokens.count && tokens[index].token == .sign("="):
        index += 1
        switch name {
        case "context": target.context = text(&target)
        case "dockerfile": target.dockerfile = text(&target)
        case "platforms": (target.platforms, target.line) = (list(), line)
        case "inherits": target.parents = list() ?? []
        case "args": target.arguments = keys()
        case "matrix", "dockerfile-inline": target.isUnknown = true
        default: break
        }
      default: break
      }
    }
    return target
  }

  /// Reads the keys of an object; its closing brace follows.
  private mutating func keys() -> [RecipeFile.PublishedImage.Argument] {
    var found: [RecipeFile.PublishedImage.Argument] = []
    var depth = 0
    while index < tokens.count {
      switch tokens[index].token {
      case .sign("{"): depth += 1
      case .sign("}"):
        depth -= 1
        if depth <= 0 {
          index += 1
          return found
        }
      case .word(let name), .text(let name?):
        if depth == 1, index + 1 < tokens.count, [.sign("="), .sign(":")].contains(tokens[index + 1].token),
          let argument = RecipeFile.PublishedImage.Argument(name, line: tokens[index].line)
        {
          found.append(argument)
        }
      default: if depth == 0 { return found }
      }
      index += 1
    }
    return found
  }

  private mutating func text(_ target: inout BakeTarget) -> String? {
    guard index < tokens.count, case .text(let value?) = tokens[index].token else {
      target.isUnknown = true
      return nil
    }
    index += 1
    return value
  }

  /// Reads a list of literal strings; nil for anything else.
  private mutating func list() -> [String]? {
    guard index < tokens.count, tokens[index].token == .sign("[") else { return nil }
    var values: [String] = []
    index += 1
    while index < tokens.count {
      defer { index += 1 }
      switch tokens[index].token {
      case .text(let value?): values.append(value)
      case .sign(","): continue
      case .sign("]"): return values
      default: return nil
      }
    }
    return nil
  }
}
