import Bytes
import GoGraph
import GoModule

/// The errors for which Go refuses to list any package.
extension PackageLister {
  /// The error for which Go lists no package at all, with the import path that causes it; nil if Go lists packages.
  var refusal: (path: ByteString, resolutionError: ResolutionError)? {
    let found = resolutions.compactMap { key, resolution -> (path: ByteString, resolutionError: ResolutionError)? in
      guard case .none(let resolutionError) = resolution, resolutionError.endsListing else { return nil }
      return (key.path, resolutionError)
    }
    return found.min { $0.path < $1.path } ?? demand
  }

  /// A requirement of a module that go.mod does not meet, or nil.
  ///
  /// An unmet version counts if the module has a package that the main modules need. A newer `go` line counts if any
  /// package of the module is loaded.
  private var demand: (path: ByteString, resolutionError: ResolutionError)? {
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
