import Bytes

/// The end of a headline whose subject is the mains; a complete headline where there are no mains.
package enum Predicate: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// A text that begins with a verb in the singular, as in "does not build".
  case states(String)
  /// A clause about a feature that is missing without cgo, as in "plugin.Open always fails at run time".
  case losesFeature(String)

  package init(stringLiteral text: String) { self = .states(text) }
  package init(_ text: String) { self = .states(text) }

  /// The text, without what is said of the mains.
  package var text: String {
    switch self {
    case .states(let text), .losesFeature(let text): text
    }
  }

  /// The headline for these mains; `allBuild` tells whether all of them build without cgo.
  package func headline(_ mains: [MainName], allBuild: Bool) -> String {
    let predicate = sentence(allBuild: allBuild)
    if mains.isEmpty { return predicate }
    if mains.count == 1 {
      // A directory of one word reads like a noun: "test does not build".
      let isWord = !mains[0].directory.isEmpty && !mains[0].directory.contains(UInt8(ascii: "/"))
      return "\(isWord ? "./" : "")\(mains[0].text) \(predicate)"
    }
    let verb = String(predicate.prefix { $0 != " " })
    return "\(mains.count) mains \(Self.plurals[verb] ?? verb)\(predicate.dropFirst(verb.count))"
  }

  private func sentence(allBuild: Bool) -> String {
    switch self {
    case .states(let text): text
    case .losesFeature(let text): (allBuild ? "builds without cgo, but " : "loses a feature without cgo: ") + text
    }
  }

  /// The plural of each verb that a predicate begins with.
  private static let plurals = [
    "builds": "build", "crashes": "crash", "does": "do", "is": "are", "links": "link", "loads": "load", "loses": "lose",
    "needs": "need", "reaches": "reach",
    "uses": "use", "has": "have",
  ]
}
