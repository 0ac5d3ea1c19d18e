// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "staticgo",
  products: [.executable(name: "staticgo", targets: ["staticgo"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // No traits: the Foundation bridge would load ICU in a commit hook.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    // For FilePath, the path type of swift-subprocess.
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    .target(name: "CShims"),
    // toml++, from Debian's libtomlplusplus-dev: header-only.
    .target(name: "CToml"),
    .target(name: "CYaml", linkerSettings: [.linkedLibrary("yaml")]),
    .systemLibrary(name: "Clibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),

    .target(name: "Bytes"),
    .target(name: "FileSystem", dependencies: ["CShims", "Bytes"]),
    .target(name: "Git", dependencies: ["Clibgit2", "CShims", "Bytes"]),
    .target(name: "GoSource", dependencies: ["Bytes"]),
    .target(name: "GoModule", dependencies: ["Bytes"]),
    .target(name: "FactStore", dependencies: ["GoSource", "FileSystem", "Bytes"]),
    .target(name: "GoGraph", dependencies: ["GoSource", "GoModule", "Bytes"]),
    .target(
      name: "GoToolchain",
      dependencies: [
        "FileSystem", "Bytes", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "Linkage", dependencies: ["Bytes"]),
    .target(name: "Diagnostics", dependencies: ["Bytes"]),
    .target(name: "Config", dependencies: ["CToml", "GoGraph", "Diagnostics", "Bytes"]),
    .target(name: "CISystems"),
    .target(name: "ReleaseFiles", dependencies: ["CYaml", "GoGraph", "GoSource", "Bytes"]),
    .target(name: "Rules", dependencies: ["GoGraph", "GoSource", "GoModule", "Linkage", "Diagnostics", "Bytes"]),
    .target(name: "Reports", dependencies: ["Diagnostics", "Bytes"]),
    .target(
      name: "Check",
      dependencies: [
        "Rules", "GoGraph", "GoSource", "GoModule", "GoToolchain", "FactStore", "Git", "FileSystem", "Config",
        "ReleaseFiles", "Linkage",
        "Diagnostics", "Bytes",
      ]),
    .executableTarget(
      name: "staticgo",
      dependencies: [
        "Check", "CISystems", "Rules", "Reports", "GoGraph", "GoToolchain", "Git", "FileSystem", "Linkage",
        "Diagnostics", "Bytes", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Helpers shared by several test targets; the product does not depend on it.
    .target(name: "TestSupport", dependencies: ["GoGraph", "GoSource", "Bytes"], path: "Tests/TestSupport"),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
    .testTarget(name: "GitTests", dependencies: ["Git", "Bytes", "TestSupport"]),
    .testTarget(name: "GoSourceTests", dependencies: ["GoSource", "Bytes"]),
    .testTarget(name: "GoModuleTests", dependencies: ["GoModule", "Bytes"]),
    .testTarget(name: "GoGraphTests", dependencies: ["GoGraph", "GoSource", "GoModule", "Bytes", "TestSupport"]),
    .testTarget(name: "GoToolchainTests", dependencies: ["GoToolchain", "Bytes"]),
    .testTarget(name: "LinkageTests", dependencies: ["Linkage", "Bytes", "TestSupport"]),
    .testTarget(name: "ConfigTests", dependencies: ["Config", "GoGraph", "Diagnostics", "Bytes"]),
    .testTarget(name: "CISystemsTests", dependencies: ["CISystems"]),
    .testTarget(name: "ReleaseFilesTests", dependencies: ["ReleaseFiles", "GoGraph", "Bytes"]),
    .testTarget(
      name: "RulesTests",
      dependencies: ["Rules", "GoGraph", "GoSource", "GoModule", "Linkage", "Diagnostics", "Bytes", "TestSupport"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Diagnostics", "Bytes"]),
    .testTarget(name: "FactStoreTests", dependencies: ["FactStore", "GoSource", "FileSystem", "Bytes", "TestSupport"]),
    // Runs the built program against `go list`; its modules are the archives in Tests/Conformance.
    .testTarget(name: "GoConformanceTests", dependencies: ["TestSupport", "staticgo"]),
    .testTarget(name: "ArchitectureTests"),
    // Runs the built program; its test cases are the archives in Tests/Scripts.
    .testTarget(name: "ScriptTests", dependencies: ["Rules", "Diagnostics", "TestSupport", "staticgo"]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    // Data races are compile errors.
    .swiftLanguageMode(.v6),
    // Nobody reads a warning that stays.
    .treatAllWarnings(as: .error),
    // SE-0458: each use of an unsafe pointer is marked where it happens.
    .strictMemorySafety(),
    // SE-0335: an existential has a cost, so it is written as `any`.
    .enableUpcomingFeature("ExistentialAny"),
    // SE-0444: a file sees only members of modules that it imports itself. That keeps the table in ArchitectureTests
    // complete.
    .enableUpcomingFeature("MemberImportVisibility"),
    // SE-0409: a module's imports are internal unless marked otherwise.
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
}
