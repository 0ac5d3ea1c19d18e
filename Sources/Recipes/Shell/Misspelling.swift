/// Returns the variable of go that a name almost is; nil for any other name, and for the variables of go themselves.
func misspelling(of name: String) -> String? {
  guard name.count <= 16, name != "CGO_ENABLED", name.allSatisfy({ $0.isASCII }) else { return nil }
  if name.contains("CG"), distance(name, "CGO_ENABLED") <= 2 { return "CGO_ENABLED" }
  return ["COARCH": "GOARCH", "GOOSE": "GOOS", "GOARC": "GOARCH", "GOACH": "GOARCH"][name]
}

/// The number of letters to insert, remove or replace (Levenshtein).
private func distance(_ one: String, _ two: String) -> Int {
  let (one, two) = (Array(one.utf8), Array(two.utf8))
  var row = Array(0...two.count)
  for (index, letter) in one.enumerated() {
    var previous = row[0]
    row[0] = index + 1
    for column in two.indices {
      let replaced = previous + (letter == two[column] ? 0 : 1)
      previous = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, previous + 1)
    }
  }
  return row[two.count]
}
