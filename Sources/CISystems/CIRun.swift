/// The CI run that staticgo is part of, as the CI system describes it.
package struct CIRun: Sendable, Equatable {
  /// A revision to compare with, and where it comes from.
  package struct Base: Sendable, Equatable {
    package let revision: String
    package let origin: String
    /// The commit that must be HEAD's second parent; otherwise this is not a base. Nil if there is no such condition.
    package var ifMerged: String?
  }

  /// The commit that must be checked out, so that the run judges the right one.
  package enum Subject: Sendable, Equatable {
    case head
    /// A commit that HEAD must contain.
    case commit(String)
    /// A commit that the event does not give.
    case unknown
  }

  package let system: CISystem
  /// The reason for the run in a few words, such as `pull request`.
  package let occasion: String
  /// The bases, best first; empty if every main is to be judged.
  package let bases: [Base]
  package private(set) var subject = Subject.head

  /// Reads the environment; nil if it is not of a supported system. `read` returns the content of a file, or nil.
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

  /// The variables of an environment, without empty ones.
  struct Variables {
    let values: [String: String]

    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Returns the commit in a variable; nil if the value is all zeros (no commit) or not a commit id.
    func commit(_ name: String) -> Base? { Base(commit: self[name], origin: name) }

    /// Returns the remote-tracking branch of origin for the branch in a variable, or nil.
    func branch(_ name: String) -> Base? { Base(branch: self[name], origin: name) }
  }

  /// The base if the system does not report one: the remote's default branch.
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
    // With these, git would not read the text as a plain name (git check-ref-format).
    let isName = !name.isEmpty && !name.contains("..") && !name.contains(where: { "~^:?*[\\@{ ".contains($0) })
    guard isName else { return nil }
    self.init(revision: "refs/remotes/origin/\(name)", origin: origin)
  }
}
