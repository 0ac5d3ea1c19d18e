import Bytes
package import Diagnostics
import Diagrams
import FoundationEssentials

/// The output format of import chains.
package enum WhyFormat: String, Sendable, CaseIterable { case text, json, dot, mermaid, svg }

/// Returns the import chains in the given format; `width` only applies to text.
package func whyReport(_ answers: [WhyAnswer], _ format: WhyFormat, width: Int) -> String {
  switch format {
  case .text: defused(answers.map { textBlock($0, width) }.joined(separator: "\n"))
  case .json: jsonAnswers(answers)
  case .dot: ChainDiagram(answers).dot
  case .mermaid: ChainDiagram(answers).mermaid
  case .svg: ChainDiagram(answers).svg
  }
}

private func textBlock(_ answer: WhyAnswer, _ width: Int) -> String {
  let (main, package) = (printable(answer.main.text), printable(answer.name))
  let condition = answer.isWithCgoOnly ? ", only with cgo" : ""
  let rule = answer.rule.map { ", \($0.rawValue)" } ?? ""
  guard let first = answer.ways.first else {
    let isItself = answer.main.importPath == answer.package
    let text =
      isItself
      ? "\(main) is the package itself (\(answer.target)\(rule))"
      : "\(main) does not import \(package) (\(answer.target), with or without cgo)"
    return wrapText(text, width: width).joined(separator: "\n") + "\n"
  }
  let more = answer.isTruncated ? "more than " : ""
  let ways = answer.ways.count == 1 && !answer.isTruncated ? "1 chain" : "\(more)\(answer.ways.count) chains"
  let lengths = Set(answer.ways.map(\.count))
  let count = lengths.count == 1 ? " of \(first.count) \(first.count == 1 ? "import" : "imports")" : ""
  var lines = wrapText(
    "\(main) imports \(package) through \(ways)\(count) (\(answer.target)\(condition)\(rule))", width: width)
  for (index, way) in answer.ways.enumerated() {
    if index > 0 { lines.append("") }
    let places = way.map { "\(printable($0.location.file)):\($0.location.line):\($0.location.column)" }
    let column = min(places.map(columns).max() ?? 0, max(20, width / 2))
    for (place, hop) in zip(places, way) {
      let text = printable(hop.text)
      if columns(place) <= column, column + 5 + columns(text) <= width {
        lines.append("  " + place + String(repeating: " ", count: column - columns(place) + 3) + text)
      } else {
        lines.append("  " + place)
        lines += wrapText(text, width: width - 4).map { "    " + $0 }
      }
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

// MARK: JSON

private struct Answers: Encodable {
  struct Answer: Encodable {
    let main: String
    let target: String
    let package: String
    let rule: String?
    let withCgoOnly: Bool
    let complete: Bool
    let ways: [[JSONHop]]
  }
  let version = 1
  let answers: [Answer]
}

private func jsonAnswers(_ answers: [WhyAnswer]) -> String {
  let value = Answers(
    answers: answers.map {
      Answers.Answer(
        main: $0.main.importPath.text, target: $0.target, package: $0.package.text, rule: $0.rule?.rawValue,
        withCgoOnly: $0.isWithCgoOnly, complete: !$0.isTruncated, ways: $0.ways.map { $0.map(JSONHop.init) })
    })
  return jsonText(value, formatting: .prettyPrinted)
}
