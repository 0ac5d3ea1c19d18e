import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan
import Queries
import Reports
import System

struct RecipesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes", abstract: "Show how the files of the repository build its mains for release.",
    discussion: """
      For each go build and go install in a Dockerfile, Makefile, Taskfile, CI job, or in a script that one of them runs, \
      and for goreleaser, ko and melange: the main, whether cgo is on and what decides that, the image that runs the \
      program, and the linkage that follows. Nothing is executed. Commands that are not followed come last.

      Examples:
        staticgo recipes            every file that builds mains
        staticgo recipes ./cmd/app  the files that build one main
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "The main: its directory or import path (default: all).", completion: .mains)
  var main: String?

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Option(help: "Use text or json.")
  var format: Format = .text

  private struct Answer: Encodable {
    let version = 1
    let recipes: [ListedRecipe]
    let notFollowed: [UnfollowedRecipe]
  }

  func run() throws {
    let options = try subject.enter()
    let found = try orPrintError { () throws(CheckError) in try listRecipes(options, main: main) }
    if format == .json {
      try printResult(
        SafeText(escapedByFormat: jsonLine(Answer(recipes: found.recipes, notFollowed: found.notFollowed))))
      return
    }
    var text = found.recipes.map(describe).joined()
    for item in found.notFollowed {
      text += "\(printable(item.file)):\(item.line)  not followed: \(printable(item.reason))\n"
    }
    if text.isEmpty {
      text = "no file of the repository builds \(main.map { printable($0) } ?? "a main") with go\n"
    }
    try printResult(SafeText(lines: text))
  }

  private func describe(_ recipe: ListedRecipe) -> String {
    let mains = recipe.mains.isEmpty ? recipe.linkage : recipe.mains.joined(separator: ", ")
    var rows = [("cgo", "\(recipe.cgo) (\(recipe.reason))")]
    if recipe.target != "*/*" { rows.append(("target", recipe.target)) }
    if !recipe.flags.isEmpty { rows.append(("flags", recipe.flags.joined(separator: " "))) }
    let images = [recipe.builder, recipe.image].map { $0.map { $0.isEmpty ? "unknown" : $0 } ?? "unknown" }
    rows.append(("images", "built in \(images[0]), runs in \(images[1])"))
    if !recipe.mains.isEmpty { rows.append(("linkage", recipe.linkage)) }
    return "\(printable(recipe.file)):\(recipe.line)  \(recipe.command)  \(printable(mains))\n"
      + rows.map { "  \($0.0)\(String(repeating: " ", count: 8 - $0.0.count)) \(printable($0.1))\n" }.joined()
  }
}
