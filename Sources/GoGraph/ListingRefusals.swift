package import Bytes
import GoModule

/// What Go refuses to list anything for.
extension PackageLister {
  /// That for which Go says nothing of any package, where there is such a thing.
  package var refusal: (path: ByteString, absence: Absence)? {
    let found = resolutions.compactMap { key, resolution -> (path: ByteString, absence: Absence)? in
      guard case .none(let absence) = resolution, absence.endsListing else { return nil }
      return (key.path, absence)
    }
    return found.min { $0.path < $1.path } ?? demand
  }

  /// What a module asks for that go.mod does not give: in vain where it has a package that the main modules need, for a
  /// newer `go` line wherever it has one.
  private var demand: (path: ByteString, absence: Absence)? {
    guard !scope.demands.isEmpty || scope.whole?.known != nil else { return nil }
    var needed: Set<ByteString> = []
    for package in packages.values {
      guard let directory = package.directory, directory.root != .standardLibrary,
        (scope.whole?.known ?? scope).module(of: directory) == nil
      else { continue }
      needed.formUnion(package.dependencies)
    }
    for (path, package) in packages.sorted(by: { $0.key < $1.key }) {
      guard let demand = package.directory.flatMap(scope.demand(of:)),
        demand.wanted.path == "go" || needed.contains(path)
      else { continue }
      return (path, .untidy(demand))
    }
    return nil
  }
}
