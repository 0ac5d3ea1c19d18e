import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoToolchain
import Modules
import System

extension Toolchain {
  /// The error of a group of modules that this toolchain refuses to load, or nil.
  func refusal(of group: ModuleGroup) -> JudgementError? { tooNew(group) ?? unknownSetting(in: group) }

  /// The error of a group that requires a newer Go. Since 1.21 Go refuses such a group, unless it may fetch the newer Go.
  private func tooNew(_ group: ModuleGroup) -> JudgementError? {
    guard let known = GoVersion(version), known >= GoVersion(1, 21) else { return nil }
    var asked = group.modules.map { ($0.directory.appending("go.mod"), "", $0.file.go) }
    if let workspace = group.workspace { asked.append((workspace, "", group.work?.go)) }
    if let vendor = group.scope.vendor {
      let list = vendor.directory.path.appending("modules.txt")
      asked += vendor.modules.modules.map { (list, ": \($0.path.text)", $0.go) }
    }
    for (file, subject, line) in asked {
      guard let line, isGoVersion(version, before: line) else { continue }
      return JudgementError(
        message:
          "\(file.text)\(subject) requires go \(line.text), but this is \(version.text). Install that Go, or let "
          + "go fetch it with GOTOOLCHAIN=auto",
        file: file)
    }
    guard let workspace = group.workspace else { return nil }
    // The `go` line of a workspace must be at least that of each module; without one, it counts as 1.18.
    let line = group.work?.go ?? "1.18"
    for module in group.modules {
      guard let wanted = module.file.go, isGoVersion(line, before: wanted) else { continue }
      let file = module.directory.appending("go.mod")
      let has = group.work?.go == nil ? "has no go line" : "has go \(line.text)"
      return JudgementError(
        message: "\(file.text) requires go \(wanted.text), but \(workspace.text) \(has). Run: go work use",
        file: file)
    }
    return nil
  }

  /// The error of a `godebug` line whose key this Go does not know (modload/init.go, CheckGodebug).
  private func unknownSetting(in group: ModuleGroup) -> JudgementError? {
    let lines =
      group.workspace.map { file in (group.work?.godebug ?? []).map { (file, $0) } }
      ?? group.modules.flatMap { module in
        module.file.godebug.map { (module.directory.appending("go.mod"), $0) }
      }
    guard !lines.isEmpty, release >= GoVersion(1, 23) else { return nil }
    var names: Set<ByteString>?
    for (file, line) in lines {
      let parts = line.split(UInt8(ascii: "="))
      let value = line.dropFirst(parts[0].count + 1)
      let reason: String
      if parts[0] == "default" {
        guard value.hasPrefix("go"), GoVersion(value) != nil else {
          return JudgementError(
            message: "\(file.text): godebug \(line.text): value for default= must be goVERSION", file: file)
        }
        guard isGoVersion(version, before: value) else { continue }
        reason = "\(line.text) is too new (this is \(version.text))"
      } else {
        names = names ?? settingNames
        // Without the table nothing can be said.
        guard let names, !names.isEmpty, !names.contains(parts[0]) else { continue }
        reason = "unknown godebug \"\(parts[0].text)\""
      }
      return JudgementError(message: "\(file.text): \(reason). Fix the godebug line", file: file)
    }
    return nil
  }

  /// The names of the settings in the toolchain's table (internal/godebugs/table.go).
  private var settingNames: Set<ByteString> {
    guard let table = try? readFile(root.appending("src/internal/godebugs/table.go"), limit: 1 << 20) else { return [] }
    let mark: ByteString = "{Name: \""
    var names: Set<ByteString> = []
    let text = ByteString(table)
    var index = 0
    while let start = text.firstIndex(of: mark, from: index) {
      let name = text.bytes[(start + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }
      names.insert(ByteString(name))
      index = start + mark.count
    }
    return names
  }
}
