/// A CI system, detected by its environment variables.
package enum CISystem: String, Sendable, CaseIterable {
  case gitHubActions = "GitHub Actions"
  case gitLab = "GitLab CI"
  case azurePipelines = "Azure Pipelines"
  case teamCity = "TeamCity"
  case circleCI = "CircleCI"
  case bitbucket = "Bitbucket Pipelines"
  case buildkite = "Buildkite"
  case woodpecker = "Woodpecker"
  case drone = "Drone"
  case jenkins = "Jenkins"

  /// Detects the CI system of an environment; nil if no supported system set it.
  ///
  /// Some systems also set the variables of their predecessor: Woodpecker sets those of Drone.
  package init?(_ environment: [String: String]) {
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    func isTrue(_ name: String) -> Bool { environment[name]?.lowercased() == "true" }
    if isTrue("GITHUB_ACTIONS") {
      self = .gitHubActions
    } else if isTrue("GITLAB_CI") {
      self = .gitLab
    } else if isTrue("TF_BUILD") {
      self = .azurePipelines
    } else if isSet("TEAMCITY_VERSION") {
      self = .teamCity
    } else if isTrue("CIRCLECI") {
      self = .circleCI
    } else if isSet("BITBUCKET_BUILD_NUMBER") {
      self = .bitbucket
    } else if isTrue("BUILDKITE") {
      self = .buildkite
    } else if environment["CI"] == "woodpecker" || environment["CI_SYSTEM_NAME"] == "woodpecker" {
      self = .woodpecker
    } else if isTrue("DRONE") {
      self = .drone
    } else if isSet("JENKINS_URL") {
      self = .jenkins
    } else {
      return nil
    }
  }

  /// The formats to write, as values of `--format`: text for the log, and a format that the system itself shows.
  package var formats: [String] {
    switch self {
    case .gitHubActions: ["text", "github"]
    case .gitLab: ["text", "gitlab=gl-code-quality-report.json"]
    case .azurePipelines: ["text", "azure"]
    case .teamCity: ["text", "teamcity"]
    case .jenkins: ["text", "checkstyle=staticgo-checkstyle.xml"]
    case .circleCI: ["text", "junit=staticgo-junit.xml"]
    case .buildkite: ["text", "markdown=staticgo.md"]
    case .bitbucket, .drone, .woodpecker: ["text"]
    }
  }

  /// The setting for the CI system's own file that fetches the full history.
  package var fetchingHistory: String {
    switch self {
    case .gitHubActions: "set fetch-depth: 0 under with: in the step that uses actions/checkout"
    case .gitLab: "set GIT_DEPTH: \"0\" under variables: of the job"
    case .azurePipelines: "set fetchDepth: 0 under checkout: self"
    case .teamCity: "set teamcity.git.shallowClone=false in the build parameters"
    case .circleCI: "set method: full under checkout"
    case .bitbucket: "set depth: full under clone: of the step"
    case .buildkite: "set BUILDKITE_GIT_CLONE_FLAGS without --depth"
    case .woodpecker: "set depth: 0 and partial: false under settings: of the clone step"
    case .drone: "remove depth under clone"
    case .jenkins: "set cloneOption(shallow: false) in the extensions of checkout"
    }
  }
}
