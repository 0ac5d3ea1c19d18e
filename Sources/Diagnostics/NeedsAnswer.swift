/// The needs of one program at run time, and whether an image has them.
package struct NeedsAnswer: Sendable, Encodable {
  package struct Need: Sendable, Encodable {
    /// The word for it, such as `roots`.
    package let need: String
    package let summary: String
    /// Always true: the functions are in the program. Whether it calls them is not known.
    package let certain: Bool
    /// The linked functions that lead there.
    package let functions: [String]
    /// The calls from `main.main`, by the linker's own reasons; empty where there are none.
    package let calls: [String]
    /// The function that shows that the program brings what it needs.
    package let embedded: String?
    package let image: InImage?

    package init(
      need: String, summary: String, functions: [String], calls: [String], embedded: String?, image: InImage?
    ) {
      (self.need, self.summary, certain) = (need, summary, true)
      (self.functions, self.calls, self.embedded, self.image) = (functions, calls, embedded, image)
    }
  }

  package struct InImage: Sendable, Encodable {
    package enum State: String, Sendable, Encodable { case there, missing, open }
    package let state: State
    package let reason: String

    package init(state: State, reason: String) { (self.state, self.reason) = (state, reason) }
  }

  /// The main, or the file.
  package let name: String
  /// GOOS/GOARCH.
  package let target: String
  package let needs: [Need]
  /// Whether methods may be called by names that are only known at run time, so that the linker keeps all of them.
  package let usesReflection: Bool
  /// Whether the image is for the platform of the program; nil where it does not say.
  package var platform: InImage?

  package init(name: String, target: String, needs: [Need], usesReflection: Bool, platform: InImage?) {
    (self.name, self.target, self.needs, self.usesReflection) = (name, target, needs, usesReflection)
    self.platform = platform
  }

  /// Whether the image certainly lacks something.
  package var isMissingSomething: Bool { platform?.state == .missing || needs.contains { $0.image?.state == .missing } }
}
