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
    // glibc calls that Swift cannot make, and libgit2.
    .target(name: "CShims"),
    .systemLibrary(name: "Clibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    // toml++ (headers only, from Debian's libtomlplusplus-dev) and libyaml.
    .systemLibrary(name: "Clibarchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .target(name: "CParsers", linkerSettings: [.linkedLibrary("yaml")]),

    // The rooms, in the order of ARCHITECTURE.md. A room imports only what its line lists.
    .target(name: "Bytes"),
    .target(
      name: "System",
      dependencies: [
        "CShims", "Bytes", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "GoBuild", dependencies: ["Bytes"]),
    .target(name: "GoSource", dependencies: ["Bytes", "GoBuild"]),
    .target(name: "GoModule", dependencies: ["Bytes", "GoBuild"]),
    .target(name: "Linkage", dependencies: ["Bytes"]),
    .target(name: "Images", dependencies: ["Clibarchive", "Bytes", "System", "Linkage"]),
    .target(name: "Git", dependencies: ["Clibgit2", "CShims", "Bytes", "System"]),
    .target(name: "Diagnostics", dependencies: ["Bytes"]),
    .target(name: "GoToolchain", dependencies: ["Bytes", "System", "GoBuild", "Diagnostics"]),
    .target(name: "GoGraph", dependencies: ["Bytes", "GoBuild", "GoSource", "GoModule"]),
    .target(name: "Config", dependencies: ["CParsers", "Bytes", "GoBuild", "Diagnostics"]),
    .target(name: "Shell", dependencies: ["Bytes", "GoBuild"]),
    .target(name: "Recipes", dependencies: ["Bytes", "GoBuild", "Shell"]),
    .target(name: "Dockerfiles", dependencies: ["Bytes", "Shell", "Recipes"]),
    .target(name: "RecipeFiles", dependencies: ["CParsers", "Bytes", "GoBuild", "Shell", "Recipes", "Dockerfiles"]),
    .target(name: "CISystems"),
    .target(name: "Cache", dependencies: ["Bytes", "System", "GoSource"]),
    .target(name: "Snapshots", dependencies: ["Bytes", "System", "GoSource", "Git", "Diagnostics", "Cache"]),
    .target(
      name: "Modules",
      dependencies: ["Bytes", "System", "GoBuild", "GoModule", "GoGraph", "Diagnostics", "Snapshots"]),
    .target(
      name: "Plan",
      dependencies: ["Bytes", "System", "GoBuild", "GoSource", "Git", "Diagnostics", "Config", "Cache", "Snapshots"]),
    .target(
      name: "Loader",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoSource", "GoModule", "GoGraph", "GoToolchain", "Git", "Diagnostics", "Cache",
        "Snapshots", "Modules", "Plan",
      ]),
    .target(
      name: "GoList",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoSource", "GoModule", "GoGraph", "GoToolchain", "Git", "Diagnostics", "Config",
        "Cache", "Snapshots", "Modules", "Plan", "Loader",
      ]),
    .target(
      name: "Rules",
      dependencies: ["Bytes", "GoBuild", "GoSource", "GoModule", "GoGraph", "Linkage", "Diagnostics", "Recipes"]),
    .target(
      name: "Builds",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoSource", "GoModule", "GoGraph", "GoToolchain", "Git", "Linkage", "Diagnostics",
        "Cache", "Snapshots", "Modules", "Loader", "Rules",
      ]),
    .target(
      name: "Check",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoSource", "GoModule", "GoGraph", "GoToolchain", "Git", "Linkage", "Diagnostics",
        "Config", "Recipes", "RecipeFiles", "Cache", "Snapshots", "Modules", "Plan", "Loader", "Rules", "Builds",
      ]),
    .target(
      name: "Queries",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoSource", "GoGraph", "GoToolchain", "Git", "Diagnostics", "Config", "Recipes",
        "RecipeFiles", "Cache", "Snapshots", "Modules", "Plan", "Loader", "Rules", "Check", "Images", "Linkage",
        "Builds",
      ]),
    .target(name: "Diagrams", dependencies: ["Bytes", "Diagnostics"]),
    .target(name: "Reports", dependencies: ["Bytes", "Diagnostics", "Diagrams"]),
    .target(name: "Answers", dependencies: ["Bytes", "GoBuild", "Linkage", "Diagnostics", "Rules", "Reports"]),
    .executableTarget(
      name: "staticgo",
      dependencies: [
        "Bytes", "System", "GoBuild", "GoGraph", "GoToolchain", "Git", "Linkage", "Diagnostics", "CISystems", "Cache",
        "Snapshots", "Plan", "GoList", "Rules", "Check", "Queries", "Reports", "Images", "Answers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Code that several test targets share; nothing of the product depends on it.
    .target(
      name: "TestSupport", dependencies: ["GoGraph", "GoSource", "Git", "Snapshots", "Diagnostics", "System", "Bytes"],
      path: "Tests/TestSupport"),
    // The fuzz targets of `.ci/fuzz` and FuzzTests, and the program that runs them with libFuzzer.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Bytes", "GoBuild", "GoSource", "GoModule", "Linkage", "Git", "Diagnostics", "GoToolchain", "Config", "Recipes",
        "RecipeFiles", "CISystems", "Cache", "Rules", "Reports", "System", "TestSupport", "Images",
      ], path: "Tests/Fuzz/Targets"),
    .target(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzTargets", "CLibFuzzer", "System", "Bytes"], path: "Tests/Fuzz/Driver"),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"]),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
    .testTarget(name: "SystemTests", dependencies: ["System", "Bytes"]),
    .testTarget(name: "GoBuildTests", dependencies: ["GoBuild"]),
    .testTarget(name: "GoSourceTests", dependencies: ["GoSource", "Bytes"]),
    .testTarget(name: "GoModuleTests", dependencies: ["GoModule", "GoBuild", "Bytes"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images", "Linkage", "System", "Bytes"]),
    .testTarget(name: "LinkageTests", dependencies: ["Linkage", "Bytes", "TestSupport"]),
    .testTarget(name: "GitTests", dependencies: ["Git", "Clibgit2", "Bytes", "TestSupport"]),
    .testTarget(name: "GoToolchainTests", dependencies: ["GoToolchain", "GoBuild", "Diagnostics", "Bytes"]),
    .testTarget(
      name: "GoGraphTests", dependencies: ["GoGraph", "GoBuild", "GoSource", "GoModule", "Bytes", "TestSupport"]),
    .testTarget(name: "ConfigTests", dependencies: ["Config", "Rules", "GoBuild", "Diagnostics", "Bytes"]),
    .testTarget(name: "ShellTests", dependencies: ["Shell", "Bytes", "TestSupport"]),
    .testTarget(name: "RecipesTests", dependencies: ["Recipes", "RecipeFiles", "GoBuild", "Bytes", "TestSupport"]),
    .testTarget(name: "CISystemsTests", dependencies: ["CISystems"]),
    .testTarget(name: "CacheTests", dependencies: ["Cache", "GoSource", "System", "Bytes", "TestSupport"]),
    .testTarget(
      name: "RulesTests",
      dependencies: [
        "Rules", "GoGraph", "GoBuild", "GoSource", "GoModule", "GoToolchain", "Linkage", "Diagnostics", "Bytes",
        "TestSupport",
      ]),
    .testTarget(
      name: "SnapshotsTests", dependencies: ["Snapshots", "Git", "Diagnostics", "System", "Bytes", "TestSupport"]),
    .testTarget(name: "ModulesTests", dependencies: ["Modules", "Snapshots", "Diagnostics", "Bytes", "TestSupport"]),
    .testTarget(name: "PlanTests", dependencies: ["Plan", "Config", "Snapshots", "GoBuild", "Diagnostics", "Bytes"]),
    .testTarget(name: "LoaderTests", dependencies: ["Loader", "Snapshots", "System", "Bytes", "TestSupport"]),
    .testTarget(
      name: "CheckTests",
      dependencies: [
        "Check", "Builds", "Cache", "Config", "Rules", "GoGraph", "GoModule", "GoSource", "GoBuild", "GoToolchain",
        "Linkage", "Loader", "Modules", "Plan", "Snapshots", "System", "Diagnostics", "Bytes", "TestSupport",
      ]),
    .testTarget(name: "DiagramsTests", dependencies: ["Diagrams", "Diagnostics", "Bytes"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Diagnostics", "Bytes"]),
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
