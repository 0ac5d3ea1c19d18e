import Bytes
import Diagnostics

extension Finding {
  /// The details below the message, one line each: the label, the chain, the mains and the help.
  var details: [String] {
    var lines = message.hasSuffix(label) ? [] : [label]
    lines += chain.map { "\($0.location.text) \($0.text)" }
    if let runtimeError { lines.append("error at run time: \"\(runtimeError)\"") }
    if mains.count > 1 { lines.append("mains: \(mains.map(\.text).joined(separator: ", "))") }
    lines += help.map { "help: \($0)" }
    return lines
  }

  /// Whether the chain has only the place of the finding, with what the message says.
  var chainRepeatsMessage: Bool {
    chain.count == 1 && chain[0].location.text == location.text && message.hasSuffix(chain[0].text)
  }

  /// The message and the details, one line each.
  var text: String { ([message] + details).joined(separator: "\n") }
}

extension Location {
  /// The location as text, such as `cmd/app/main.go:6:2`.
  var text: String { "\(file.text):\(line):\(column)" }

  /// The start and end columns in UTF-16 units, which most formats count in.
  ///
  /// Nil if the text of the line is not available or the location ends on another line.
  var columnsInUTF16: (start: Int, end: Int)? {
    guard let excerpt, endLine == line else { return nil }
    func units(_ column: Int) -> Int {
      String(decoding: excerpt.bytes.prefix(max(0, column - 1)), as: UTF8.self).utf16.count + 1
    }
    return (units(column), units(endColumn))
  }
}

extension JudgementError {
  /// The file to report the error in; go.mod if the error has no file. The error has no line.
  var place: ByteString { file ?? "go.mod" }
}

extension Report {
  /// The mains of each target and set of tags, in the order of the targets. A name is like `linux/amd64 -tags a,b`.
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
