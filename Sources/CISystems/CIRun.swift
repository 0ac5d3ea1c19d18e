/// What a CI system says of the run that staticgo is part of.
package struct CIRun: Sendable, Equatable {
  /// A revision to compare with, and what named it.
  package struct Base: Sendable, Equatable {
    package let revision: String
    package let origin: String
    /// The commit that has to be HEAD's second parent for this to be a base at all.
    package var ifMerged: String?
  }

  /// What has to be checked out, lest another thing be judged than what the run is about.
  package enum Subject: Sendable, Equatable {
    case head
    /// A commit that HEAD has to hold.
    case commit(String)
    /// One that nobody has named.
    case unknown
  }

  package let system: CISystem
  /// In a few words, as in `pull request`.
  package let occasion: String
  /// The best one first; none where everything is to be judged.
  package let bases: [Base]
  package private(set) var subject = Subject.head

  /// Reads the environment; `read` gives the content of a file that it names. Nil where no known system has made it.
  package init?(_ environment: [String: String], read: (String) -> [UInt8]?) {
    guard let system = CISystem(environment) else { return nil }
    self.system = system
    let variables = Variables(values: environment)
    let (occasion, bases) =
      switch system {
      case .gitHubActions: Self.gitHub(variables, read)
      case .gitLab: Self.gitLab(variables)
      case .azurePipelines: Self.azure(variables)
      case .teamCity: Self.teamCity(variables, read)
      case .circleCI: Self.circle(variables)
      case .bitbucket: Self.bitbucket(variables)
      case .buildkite: Self.buildkite(variables)
      case .woodpecker: Self.woodpecker(variables)
      case .drone: Self.drone(variables)
      case .jenkins: Self.jenkins(variables)
      }
    self.occasion = occasion
    self.bases = bases.compactMap { $0 }
    if system == .gitHubActions { subject = Self.gitHubSubject(variables, read) }
  }

  typealias Answer = (occasion: String, bases: [Base?])

  /// The variables of an environment, empty ones left out.
  struct Variables {
    let values: [String: String]

    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The commit in a variable; nil where that is the one of zeros, which stands for none, or is no commit's name.
    func commit(_ name: String) -> Base? { Base(commit: self[name], origin: name) }

    /// The branch in a variable, as the remote has it.
    func branch(_ name: String) -> Base? { Base(branch: self[name], origin: name) }
  }

  /// Where nothing names a base: the branch that the remote holds for its first.
  static let defaultBranch = Base(revision: "refs/remotes/origin/HEAD", origin: "origin/HEAD")
}

extension CIRun.Base {
  init?(commit: String?, origin: String) {
    guard let commit, [40, 64].contains(commit.utf8.count), commit.allSatisfy(\.isHexDigit),
      commit.contains(where: { $0 != "0" })
    else { return nil }
    self.init(revision: commit, origin: origin)
  }

  init?(branch: String?, origin: String) {
    guard var name = branch else { return nil }
    if let prefix = ["refs/heads/", "refs/remotes/origin/"].first(where: name.hasPrefix) {
      name = String(name.dropFirst(prefix.count))
    }
    // What git would take for more than a name (git check-ref-format).
    let isName = !name.isEmpty && !name.contains("..") && !name.contains(where: { "~^:?*[\\@{ ".contains($0) })
    guard isName else { return nil }
    self.init(revision: "refs/remotes/origin/\(name)", origin: origin)
  }
}
