import Testing

@testable import CISystems

@Suite struct CIRunTests {
  private static let commit = String(repeating: "1f", count: 20)

  private static func run(_ environment: [String: String], files: [String: String] = [:]) -> CIRun? {
    CIRun(environment) { files[$0].map { Array($0.utf8) } }
  }

  @Test("no known system")
  func unknown() {
    #expect(Self.run([:]) == nil)
    #expect(Self.run(["CI": "true"]) == nil)
    #expect(Self.run(["GITHUB_ACTIONS": ""]) == nil)
  }

  @Test(
    "the system is detected",
    arguments: [
      (["GITHUB_ACTIONS": "true"], .gitHubActions), (["GITLAB_CI": "true"], .gitLab),
      (["TF_BUILD": "True"], .azurePipelines), (["TEAMCITY_VERSION": "2026.1"], .teamCity),
      (["CIRCLECI": "true"], .circleCI), (["BITBUCKET_BUILD_NUMBER": "7"], .bitbucket),
      (["BUILDKITE": "true"], .buildkite), (["CI": "woodpecker", "DRONE": "true"], .woodpecker),
      (["DRONE": "true"], .drone), (["JENKINS_URL": "http://x"], .jenkins),
    ] as [([String: String], CISystem)])
  func system(environment: [String: String], system: CISystem) { #expect(Self.run(environment)?.system == system) }

  @Test(
    "a value that is neither a commit nor a branch is not a base",
    arguments: [
      "", "0000000000000000000000000000000000000000", "--upload-pack=evil", "HEAD", "1f1f",
      "\u{661}" + String(repeating: "1", count: 39),
    ])
  func commits(text: String) { #expect(CIRun.Base(commit: text, origin: "x") == nil) }

  @Test(
    "branches are resolved as the remote's",
    arguments: [
      ("main", "refs/remotes/origin/main"), ("refs/heads/a/b", "refs/remotes/origin/a/b"),
      ("origin/main", "refs/remotes/origin/origin/main"), ("x@{1}", nil), ("a..b", nil), (":/message", nil), ("", nil),
      ("a^{tree}", nil), ("a b", nil),
    ] as [(String, String?)])
  func branches(text: String, revision: String?) {
    #expect(CIRun.Base(branch: text, origin: "x")?.revision == revision)
  }

  @Test("an event file that is not JSON, or not an event, gives no base")
  func events() {
    let environment = ["GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "/event"]
    for event in ["", "{", "[]", "{\"before\": 3}", "{\"before\": \"main\"}"] {
      #expect(Self.run(environment, files: ["/event": event])?.bases == [])
    }
    #expect(
      Self.run(environment, files: ["/event": "{\"before\": \"\(Self.commit)\"}"])?.bases.map(\.revision)
        == [Self.commit])
  }

  @Test("TeamCity's parameters are read through two files")
  func properties() {
    let files = [
      "/build": "#comment\nteamcity.configuration.properties.file=/a\\:b\\\\c\n",
      "/a:b\\c": "x=y\nteamcity.pullRequest.target.branch=refs/heads/main\n",
    ]
    let environment = ["TEAMCITY_VERSION": "1", "TEAMCITY_BUILD_PROPERTIES_FILE": "/build"]
    #expect(Self.run(environment, files: files)?.bases.map(\.revision) == ["refs/remotes/origin/main"])
    #expect(Self.run(environment)?.bases == [CIRun.defaultBranch])
  }
}
