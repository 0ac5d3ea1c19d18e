extension CISystem {
  /// The address of the root of a commit on the site that hosts the repository, and the text before a line number there,
  /// from the variables of the system; nil where they do not say it. `commit` is the judged commit, nil if it is unknown.
  package static func commitAddress(
    _ environment: [String: String], commit: String?
  ) -> (root: String, lineMark: String)? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    switch CISystem(environment) {
    case .gitHubActions:
      guard let server = value("GITHUB_SERVER_URL"), let repository = value("GITHUB_REPOSITORY"),
        let commit = commit ?? value("GITHUB_SHA")
      else { return nil }
      return ("\(server)/\(repository)/blob/\(commit)/", "#L")
    case .gitLab:
      guard let project = value("CI_PROJECT_URL"), let commit = commit ?? value("CI_COMMIT_SHA") else { return nil }
      return ("\(project)/-/blob/\(commit)/", "#L")
    case .bitbucket:
      guard let origin = value("BITBUCKET_GIT_HTTP_ORIGIN"), let commit = commit ?? value("BITBUCKET_COMMIT") else {
        return nil
      }
      return ("\(origin)/src/\(commit)/", "#lines-")
    default: return nil
    }
  }
}
