import Bytes

/// Returns the variable of go that a name almost is; nil for any other name, and for the variables of go themselves.
package func misspelling(of name: String) -> String? {
  guard name.count <= 16, name != "CGO_ENABLED", name.allSatisfy({ $0.isASCII }) else { return nil }
  if name.contains("CG"), editDistance(name, "CGO_ENABLED") <= 2 { return "CGO_ENABLED" }
  return ["COARCH": "GOARCH", "GOOSE": "GOOS", "GOARC": "GOARCH", "GOACH": "GOARCH"][name]
}
