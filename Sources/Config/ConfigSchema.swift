import Bytes
package import Diagnostics
import FoundationEssentials

extension Config {
  /// The address of the schema, for editors.
  package static let schemaAddress =
    "https://raw.githubusercontent.com/staticgo/staticgo/main/docs/staticgo.schema.json"

  /// The JSON Schema of the configuration, generated from the same list of keys that reads the file.
  ///
  /// It is draft 7, which taplo and editors accept.
  package static func schema(rules: [RuleID]) -> String {
    let schema = SchemaNode(
      .table(Setting.all(rules: rules)), "What to check in a repository, how, and which findings to allow.")
    schema.dialect = "http://json-schema.org/draft-07/schema#"
    schema.id = schemaAddress
    schema.title = fileName.text
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(schema)) ?? .init(), as: UTF8.self) + "\n"
  }
}

/// A schema or a nested schema. Keys whose value is nil are omitted.
private final class SchemaNode: Encodable {
  var dialect: String?
  var id: String?
  var title: String?
  private let description: String?
  private var type: String?
  private var format: String?
  private var pattern: String?
  private var choices: [String]?
  private var minLength: Int?
  private var minItems: Int?
  private var minimum: Int?
  private var maximum: Int?
  private var items: SchemaNode?
  private var alternatives: [SchemaNode]?
  private var properties: [String: SchemaNode]?
  private var required: [String]?
  private var additionalProperties: Bool?

  private enum CodingKeys: String, CodingKey {
    case title, description, type, format, pattern, minLength, minimum, maximum, minItems, items, properties, required,
      additionalProperties
    case dialect = "$schema"
    case id = "$id"
    case choices = "enum"
    case alternatives = "anyOf"
  }

  init(_ kind: Setting.Kind, _ description: String? = nil, mayBeEmpty: Bool = false) {
    self.description = description
    switch kind {
    case .string: (type, minLength) = ("string", 1)
    case .date: (type, format) = ("string", "date")
    case .version: (type, pattern) = ("string", "^[0-9]+([.][0-9]+){0,2}$")
    case .seconds: (type, minimum, maximum) = ("integer", 1, 86_400)
    case .choice(let words): (type, choices) = ("string", words)
    case .list(let kind):
      let several = SchemaNode(.string)
      (several.type, several.minLength, several.items) = ("array", nil, SchemaNode(kind))
      several.minItems = mayBeEmpty ? nil : 1
      alternatives = [SchemaNode(kind), several]
    case .table(let settings):
      (type, additionalProperties) = ("object", false)
      properties = Dictionary(
        uniqueKeysWithValues: settings.map { ($0.name, SchemaNode($0.kind, $0.summary, mayBeEmpty: $0.mayBeEmpty)) })
      let names = settings.filter(\.isRequired).map(\.name)
      required = names.isEmpty ? nil : names
      let oneOf = settings.filter(\.isAlternative).map { SchemaNode(requiring: $0.name) }
      alternatives = oneOf.isEmpty ? nil : oneOf
    case .tables(let settings): (type, items) = ("array", SchemaNode(.table(settings)))
    }
  }

  init(requiring name: String) { (description, required) = (nil, [name]) }
}
