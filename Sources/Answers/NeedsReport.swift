import Bytes
package import Diagnostics
import Reports

/// Returns the needs of programs at run time as text; `image` names the image that was looked into.
package func needsReport(_ answers: [NeedsAnswer], image: String?, width: Int) -> String {
  defused(answers.map { block($0, image, width) }.joined(separator: "\n"))
}

private func block(_ answer: NeedsAnswer, _ image: String?, _ width: Int) -> String {
  let name = "\(printable(answer.name)) (\(printable(answer.target)))"
  var lines: [String] = []
  let column = 10
  func say(_ label: String, _ text: String) {
    for (index, line) in wrapText(text, width: width - column - 2).enumerated() {
      let head = index == 0 ? label : ""
      lines.append("  " + head + String(repeating: " ", count: max(1, column - head.count)) + line)
    }
  }
  func say(_ state: NeedsAnswer.InImage) {
    let word =
      switch state.state {
      case .there: "in the image: "
      case .missing: "MISSING in the image: "
      case .open: "cannot tell: "
      }
    say("", word + printable(state.reason))
  }
  let rest = image.map { "; the image is \(printable($0))" } ?? ""
  if answer.needs.isEmpty {
    lines += wrapText(
      "\(name) needs no certificates, time zones, users, temporary files or programs\(rest)", width: width)
  } else {
    lines += wrapText("\(name) may use at run time\(rest):", width: width)
  }
  if let platform = answer.platform, platform.state == .missing {
    say("platform", "")
    say(platform)
  }
  for need in answer.needs {
    say(need.need, printable(need.summary))
    if let embedded = need.embedded { say("", "the program brings it: \(printable(embedded))") }
    if need.embedded == nil {
      let calls = need.calls.count > 6 ? Array(need.calls.prefix(3)) + ["…"] + need.calls.suffix(2) : need.calls
      say(
        "",
        calls.isEmpty
          ? "linked: \(printable(need.functions[0]))"
          : calls.map { printable($0.split(separator: "/").last.map(String.init) ?? $0) }.joined(separator: " → "))
      if let image = need.image { say(image) }
    }
  }
  if answer.usesReflection, !answer.needs.isEmpty {
    lines += wrapText(
      "It calls methods by names that are known only at run time, so the linker keeps methods that nothing may call.",
      width: width)
  }
  return lines.map { $0 + "\n" }.joined()
}
