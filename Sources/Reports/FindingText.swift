import Bytes
import Diagnostics

extension Finding {
  /// What it says beside its message, a line each: the label, the chain, the mains, what to do.
  var details: [String] {
    var lines = message.hasSuffix(label) ? [] : [label]
    lines += chain.map { "\($0.location.text) \($0.text)" }
    if let says { lines.append("says: \"\(says)\"") }
    if mains.count > 1 { lines.append("mains: \(mains.map(\.text).joined(separator: ", "))") }
    lines += help.map { "help: \($0)" }
    return lines
  }

  /// Message and details, a line each.
  var text: String { ([message] + details).joined(separator: "\n") }
}

extension Location {
  /// As in `cmd/app/main.go:6:2`.
  var text: String { "\(file.text):\(line):\(column)" }

  /// The columns of its beginning and end in UTF-16 units, which is what most formats count in; nil where the text of the
  /// line is not at hand, or the end is in another one.
  var columnsInUTF16: (start: Int, end: Int)? {
    guard let excerpt, endLine == line else { return nil }
    func units(_ column: Int) -> Int {
      String(decoding: excerpt.bytes.prefix(max(0, column - 1)), as: UTF8.self).utf16.count + 1
    }
    return (units(column), units(endColumn))
  }
}

extension JudgementError {
  /// Where to show it: what could not be judged has a file at best.
  var place: ByteString { file ?? "go.mod" }
}

extension Report {
  /// The mains of each target and set of tags, in the order of the targets: `linux/amd64 -tags a,b`.
  var mainsByTarget: [(name: String, mains: [MainResult])] {
    let order = targetOrder
    let groups = Dictionary(grouping: mains) { [$0.target] + $0.tags }
    let keys = groups.keys.sorted {
      let (left, right) = (order($0[0]), order($1[0]))
      return left != right ? left < right : $0.lexicographicallyPrecedes($1)
    }
    return keys.map { key in
      let tags = key.dropFirst().joined(separator: ",")
      return (key[0] + (tags.isEmpty ? "" : " -tags " + printable(tags)), groups[key] ?? [])
    }
  }
}
