/// Returns the number of characters to insert, remove or replace that turn one word into another (Levenshtein).
///
/// The time is the product of both lengths: a caller limits them.
package func editDistance(_ one: String, _ other: String) -> Int {
  let other = Array(other)
  var row = Array(0...other.count)
  for (i, left) in one.enumerated() {
    var last = row[0]
    row[0] = i + 1
    for (j, right) in other.enumerated() {
      let next = min(row[j] + 1, row[j + 1] + 1, last + (left == right ? 0 : 1))
      last = row[j + 1]
      row[j + 1] = next
    }
  }
  return row[other.count]
}
