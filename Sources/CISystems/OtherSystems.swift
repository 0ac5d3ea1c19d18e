/// The occasion and bases from the variables of each CI system, by its own documentation.
extension CIRun {
  /// GitLab CI (docs.gitlab.com, ci/variables/predefined_variables).
  static func gitLab(_ variables: Variables) -> Answer {
    if let tag = variables["CI_COMMIT_TAG"] { return ("tag \(tag)", []) }
    if variables["CI_MERGE_REQUEST_IID"] != nil {
      let isTrain = variables["CI_MERGE_REQUEST_EVENT_TYPE"] == "merge_train"
      return (
        isTrain ? "merge train" : "merge request",
        [
          // Set if the merge result is checked out, which contains all commits of the target branch.
          variables.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"),
          variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
          variables.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        ]
      )
    }
    let source = variables["CI_PIPELINE_SOURCE"] ?? "push"
    guard ["push", "external"].contains(source) else { return (source, []) }
    let isDefault = variables["CI_COMMIT_BRANCH"] == variables["CI_DEFAULT_BRANCH"]
    return (
      "push", [variables.commit("CI_COMMIT_BEFORE_SHA"), isDefault ? nil : variables.branch("CI_DEFAULT_BRANCH")]
    )
  }

  /// Azure Pipelines (learn.microsoft.com, devops/pipelines/build/variables). It does not report the commit before a
  /// push.
  static func azure(_ variables: Variables) -> Answer {
    let reason = variables["BUILD_REASON"] ?? "run"
    if reason == "PullRequest" {
      return ("pull request", [variables.branch("SYSTEM_PULLREQUEST_TARGETBRANCH")])
    }
    let branch = variables["BUILD_SOURCEBRANCH"] ?? ""
    if branch.hasPrefix("refs/tags/") { return ("tag \(branch.dropFirst(10))", []) }
    guard ["IndividualCI", "BatchedCI"].contains(reason) else { return (reason, []) }
    return ("push", [defaultBranch])
  }

  /// TeamCity (jetbrains.com/help/teamcity, Predefined Build Parameters). An environment variable gives the path of a
  /// properties file, which gives the path of the file with the parameters.
  static func teamCity(_ variables: Variables, _ read: (String) -> [UInt8]?) -> Answer {
    let build = properties(variables["TEAMCITY_BUILD_PROPERTIES_FILE"].flatMap(read))
    let configuration = properties(build["teamcity.configuration.properties.file"].flatMap(read))
    let parameters = build.merging(configuration) { $1 }
    if let target = parameters["teamcity.pullRequest.target.branch"] {
      return ("pull request", [Base(branch: target, origin: "teamcity.pullRequest.target.branch")])
    }
    return ("build", [defaultBranch])
  }

  /// Parses Java properties as TeamCity writes them: one pair per line, special characters escaped with a backslash.
  private static func properties(_ content: [UInt8]?) -> [String: String] {
    var found: [String: String] = [:]
    for line in String(decoding: content ?? [], as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { continue }
      let value = line[line.index(after: sign)...]
      var plain = ""
      var isEscaped = false
      for character in value {
        if character == "\\", !isEscaped {
          isEscaped = true
          continue
        }
        isEscaped = false
        plain.append(character)
      }
      found[String(line[..<sign])] = plain
    }
    return found
  }

  /// CircleCI (circleci.com/docs/variables). It reports neither a pull request's base nor the commit before a push.
  static func circle(_ variables: Variables) -> Answer {
    if let tag = variables["CIRCLE_TAG"] { return ("tag \(tag)", []) }
    let isPullRequest = variables["CIRCLE_PULL_REQUEST"] != nil
    return (isPullRequest ? "pull request" : "push", [defaultBranch])
  }

  /// Bitbucket Pipelines (support.atlassian.com, Variables and secrets).
  static func bitbucket(_ variables: Variables) -> Answer {
    if let tag = variables["BITBUCKET_TAG"] { return ("tag \(tag)", []) }
    if variables["BITBUCKET_PR_ID"] != nil {
      return (
        "pull request",
        [variables.commit("BITBUCKET_PR_DESTINATION_COMMIT"), variables.branch("BITBUCKET_PR_DESTINATION_BRANCH")]
      )
    }
    return ("push", [defaultBranch])
  }

  /// Buildkite (buildkite.com/docs/pipelines/configure/environment-variables).
  static func buildkite(_ variables: Variables) -> Answer {
    if let tag = variables["BUILDKITE_TAG"] { return ("tag \(tag)", []) }
    if variables["BUILDKITE_MERGE_QUEUE_BASE_COMMIT"] != nil {
      return (
        "merge queue",
        [variables.commit("BUILDKITE_MERGE_QUEUE_BASE_COMMIT"), variables.branch("BUILDKITE_MERGE_QUEUE_BASE_BRANCH")]
      )
    }
    if let number = variables["BUILDKITE_PULL_REQUEST"], number != "false" {
      return ("pull request", [variables.branch("BUILDKITE_PULL_REQUEST_BASE_BRANCH")])
    }
    let isDefault = variables["BUILDKITE_BRANCH"] == variables["BUILDKITE_PIPELINE_DEFAULT_BRANCH"]
    return ("push", [isDefault ? nil : variables.branch("BUILDKITE_PIPELINE_DEFAULT_BRANCH")])
  }

  /// Woodpecker (woodpecker-ci.org/docs/usage/environment).
  static func woodpecker(_ variables: Variables) -> Answer {
    let event = variables["CI_PIPELINE_EVENT"] ?? "run"
    switch event {
    case "pull_request", "pull_request_closed": return ("pull request", [variables.branch("CI_COMMIT_TARGET_BRANCH")])
    case "push":
      let isDefault = variables["CI_COMMIT_BRANCH"] == variables["CI_REPO_DEFAULT_BRANCH"]
      return (
        "push", [variables.commit("CI_PREV_COMMIT_SHA"), isDefault ? nil : variables.branch("CI_REPO_DEFAULT_BRANCH")]
      )
    case "tag": return ("tag \(variables["CI_COMMIT_TAG"] ?? "")", [])
    default: return (event, [])
    }
  }

  /// Drone (docs.drone.io/pipeline/environment/reference).
  static func drone(_ variables: Variables) -> Answer {
    let event = variables["DRONE_BUILD_EVENT"] ?? "run"
    switch event {
    case "pull_request":
      return ("pull request", [variables.branch("DRONE_TARGET_BRANCH"), variables.commit("DRONE_COMMIT_BEFORE")])
    case "push":
      let isDefault = variables["DRONE_BRANCH"] == variables["DRONE_REPO_BRANCH"]
      return (
        "push", [variables.commit("DRONE_COMMIT_BEFORE"), isDefault ? nil : variables.branch("DRONE_REPO_BRANCH")]
      )
    case "tag": return ("tag \(variables["DRONE_TAG"] ?? "")", [])
    default: return (event, [])
    }
  }

  /// Jenkins (Pipeline: Multibranch and the Git plugin, their pages of variables).
  static func jenkins(_ variables: Variables) -> Answer {
    if let tag = variables["TAG_NAME"] { return ("tag \(tag)", []) }
    if variables["CHANGE_ID"] != nil { return ("pull request", [variables.branch("CHANGE_TARGET")]) }
    // Compared with the last build, successful or not, the next build would forget a failure.
    return ("build", [variables.commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT")])
  }
}
