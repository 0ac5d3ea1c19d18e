import FoundationEssentials

/// The fields of a GitHub event that are used here (docs.github.com, webhook events and payloads).
private struct GitHubEvent: Decodable {
  struct Commit: Decodable { let sha: String? }
  struct PullRequest: Decodable {
    let base: Commit?
    let head: Commit?
  }
  struct Group: Decodable {
    let base: String?
    private enum CodingKeys: String, CodingKey { case base = "base_sha" }
  }
  struct Repository: Decodable {
    let defaultBranch: String?
    private enum CodingKeys: String, CodingKey { case defaultBranch = "default_branch" }
  }
  let before: String?
  let pullRequest: PullRequest?
  let mergeGroup: Group?
  let repository: Repository?

  private enum CodingKeys: String, CodingKey {
    case before, repository
    case pullRequest = "pull_request"
    case mergeGroup = "merge_group"
  }
}

extension CIRun {
  /// GitHub Actions (docs.github.com, default environment variables).
  static func gitHub(_ variables: Variables, _ read: (String) -> [UInt8]?) -> Answer {
    let event = event(variables, read)
    if variables["GITHUB_REF_TYPE"] == "tag" { return ("tag \(variables["GITHUB_REF_NAME"] ?? "")", []) }
    let name = variables["GITHUB_EVENT_NAME"] ?? "run"
    switch name {
    case "pull_request", "pull_request_target", "pull_request_review":
      return (
        "pull request",
        [
          // GitHub checks out a merge that it made, which may contain a newer base than the event has.
          Base(commit: event?.pullRequest?.head?.sha, origin: "").map {
            Base(revision: "HEAD^1", origin: "the first parent of the merge commit", ifMerged: $0.revision)
          },
          Base(commit: event?.pullRequest?.base?.sha, origin: "pull_request.base.sha"),
          variables.branch("GITHUB_BASE_REF"),
        ]
      )
    case "merge_group": return ("merge queue", [Base(commit: event?.mergeGroup?.base, origin: "merge_group.base_sha")])
    case "push":
      // For a new branch GitHub reports zeros.
      return (
        "push",
        [
          Base(commit: event?.before, origin: "the commit before the push"),
          Base(branch: event?.repository?.defaultBranch, origin: "the default branch"),
        ]
      )
    default: return (name, [])
    }
  }

  /// Returns the commit that must be checked out: for `pull_request_target`, which checks out the base, the pull
  /// request's own commit.
  static func gitHubSubject(_ variables: Variables, _ read: (String) -> [UInt8]?) -> Subject {
    guard variables["GITHUB_EVENT_NAME"] == "pull_request_target" else { return .head }
    let head = Base(commit: event(variables, read)?.pullRequest?.head?.sha, origin: "")
    return head.map { .commit($0.revision) } ?? .unknown
  }

  private static func event(_ variables: Variables, _ read: (String) -> [UInt8]?) -> GitHubEvent? {
    variables["GITHUB_EVENT_PATH"].flatMap(read).flatMap { try? JSONDecoder().decode(GitHubEvent.self, from: Data($0)) }
  }
}
