package import Bytes

/// A pattern of the configuration that matches paths and import paths.
///
/// `*` matches any number of characters within one path element, `?` matches one. An element `**` or `...` matches any
/// number of elements, including zero.
package struct Glob: Sendable, Hashable {
  private let elements: [Element]
  private let text: ByteString

  private enum Element: Sendable, Hashable {
    case any
    case letters([UInt8])
  }

  package init(_ text: String) {
    self.text = ByteString(text)
    // Directories may be written as on the command line, such as `./cmd` or `.`.
    let bare = text == "." || text == "./" ? "" : text.hasPrefix("./") ? String(text.dropFirst(2)) : text
    var elements = bare.split(separator: "/", omittingEmptySubsequences: true).map { element in
      element == "**" || element == "..." ? Element.any : .letters(Array(element.utf8))
    }
    // Two `**` in a row match the same as one.
    elements = elements.indices.filter { $0 == 0 || elements[$0] != .any || elements[$0 - 1] != .any }.map {
      elements[$0]
    }
    self.elements = elements
  }

  /// Whether the pattern matches a path or an import path.
  package func matches(_ name: ByteString) -> Bool {
    // An invalid import path may have elements that no pattern can express, so the literal text matches too.
    if name == text { return true }
    let parts = name.isEmpty ? [] : name.split(UInt8(ascii: "/"))
    func isLike(_ element: Element, _ part: ByteString) -> Bool {
      guard case .letters(let letters) = element else { return false }
      return Self.match(
        letters, Array(part.bytes), isWild: { $0 == UInt8(ascii: "*") },
        isLike: { $0 == UInt8(ascii: "?") || $0 == $1 })
    }
    return Self.match(elements, parts, isWild: { $0 == .any }, isLike: isLike)
  }

  /// Matches a list against a pattern in which wild items match any number of items.
  ///
  /// It backtracks only to the last wild item, so the number of steps is at most the product of both lengths.
  private static func match<Pattern, Item>(
    _ pattern: [Pattern], _ items: [Item], isWild: (Pattern) -> Bool, isLike: (Pattern, Item) -> Bool
  ) -> Bool {
    var (next, index) = (0, 0)
    var last: (pattern: Int, item: Int)?
    while index < items.count {
      if next < pattern.count, isWild(pattern[next]) {
        last = (next, index)
        next += 1
      } else if next < pattern.count, isLike(pattern[next], items[index]) {
        next += 1
        index += 1
      } else if let wild = last {
        last = (wild.pattern, wild.item + 1)
        (next, index) = (wild.pattern + 1, wild.item + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy(isWild)
  }
}
