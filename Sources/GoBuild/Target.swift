/// A target of the check: a platform, the user's tags, and other flags of `go build`.
package struct Target: Sendable, Hashable {
  package let platform: Platform
  package let tags: [String]
  package let flags: [String]

  package init(platform: Platform, tags: [String], flags: [String] = []) {
    self.platform = platform
    self.tags = tags
    self.flags = flags
  }
}
