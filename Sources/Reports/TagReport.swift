import Bytes
package import Diagnostics

/// Which tags take cgo out of mains, for a person; `all` lists every file and name.
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
    say("\(main) (\(answer.target)): no tag is needed, nothing in it uses cgo")
  } else if tags.isEmpty {
    let tried = answer.tried.isEmpty ? "there is none on the way" : "none of \(list(answer.tried)) does"
    let further = answer.brought.isEmpty ? "" : " further"
    say("\(main) (\(answer.target)): no\(further) tag takes cgo out of it; \(tried)")
  } else if answer.left.isEmpty, answer.brought.isEmpty {
    say("\(main) (\(answer.target)): -tags \(printable(tags.joined(separator: ","))) takes all cgo out of it")
  } else {
    say("\(main) (\(answer.target)): -tags \(printable(tags.joined(separator: ","))) takes some cgo out of it")
  }
  for change in answer.changes {
    say("\(printable(change.tag)): out of \(list(change.removed))", indent: 2)
    if !change.unimported.isEmpty { say("no longer imported: \(list(change.unimported))", indent: 4) }
    if !change.lostFiles.isEmpty { say("files that go: \(list(change.lostFiles))", indent: 4) }
    if !change.gainedFiles.isEmpty { say("files that come: \(list(change.gainedFiles))", indent: 4) }
    if !change.lostNames.isEmpty { say("exported names that go: \(list(change.lostNames))", indent: 4) }
  }
  for item in answer.brought {
    say("\(printable(item.tag)), which is set, brings \(list(item.culprits)) in: leave it out", indent: 2)
  }
  if !answer.left.isEmpty { say("no tag reaches \(list(answer.left))", indent: 2) }
  if answer.before != answer.after || !tags.isEmpty {
    let proof = tags.isEmpty ? "" : "; --build proves it"
    say("by source: \(answer.before.rawValue) without, \(answer.after.rawValue) with\(proof)", indent: 2)
  }
  return lines.joined(separator: "\n") + "\n"
}
