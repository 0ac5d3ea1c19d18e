import Bytes
package import Diagnostics
import Reports

/// Returns the build tags that remove cgo from mains, as text; `all` lists every file and name.
package func tagReport(_ answers: [TagAnswer], width: Int, all: Bool) -> String {
  defused(answers.map { block($0, width, all) }.joined(separator: "\n"))
}

private func block(_ answer: TagAnswer, _ width: Int, _ all: Bool) -> String {
  let main = printable(answer.main.text)
  func list(_ names: [String]) -> String {
    let shown = all ? names : Array(names.prefix(6))
    let more = names.count > shown.count ? " and \(names.count - shown.count) more" : ""
    return shown.map(printable).joined(separator: ", ") + more
  }
  var lines: [String] = []
  func say(_ text: String, indent: Int = 0) {
    let margin = String(repeating: " ", count: indent)
    lines += wrapText(text, width: width - indent).map { margin + $0 }
  }
  let tags = answer.changes.map(\.tag)
  if answer.culprits.isEmpty {
    say("\(main) (\(answer.target)): no build tag is needed, no package uses cgo")
  } else if tags.isEmpty {
    let tried = answer.tried.isEmpty ? "" : "; tried \(list(answer.tried))"
    let further = answer.brought.isEmpty ? "" : " further"
    say("\(main) (\(answer.target)): no\(further) build tag removes cgo\(tried)")
  } else if answer.left.isEmpty, answer.brought.isEmpty {
    say("\(main) (\(answer.target)): -tags \(printable(tags.joined(separator: ","))) removes all of its cgo")
  } else {
    say("\(main) (\(answer.target)): -tags \(printable(tags.joined(separator: ","))) removes part of its cgo")
  }
  for change in answer.changes {
    say("\(printable(change.tag)): removes cgo from \(list(change.removed))", indent: 2)
    if !change.unimported.isEmpty { say("no longer imported: \(list(change.unimported))", indent: 4) }
    if !change.lostFiles.isEmpty { say("files removed: \(list(change.lostFiles))", indent: 4) }
    if !change.gainedFiles.isEmpty { say("files added: \(list(change.gainedFiles))", indent: 4) }
    if !change.lostNames.isEmpty { say("exported names removed: \(list(change.lostNames))", indent: 4) }
  }
  for item in answer.brought {
    say("\(printable(item.tag)) is set and adds cgo with \(list(item.culprits)): remove this tag", indent: 2)
  }
  if !answer.left.isEmpty { say("no build tag removes cgo from \(list(answer.left))", indent: 2) }
  if answer.before != answer.after || !tags.isEmpty {
    let proof = tags.isEmpty ? "" : "; confirm with --build"
    say("by source: \(answer.before.rawValue) now, \(answer.after.rawValue) with the tags\(proof)", indent: 2)
  }
  return lines.joined(separator: "\n") + "\n"
}
