import Bytes

extension Declaration {
  init(unpacking unpacker: inout Unpacker) {
    self.init(
      kind: Kind(rawValue: unpacker.text().text) ?? .variable, name: unpacker.text(), receiver: unpacker.optionalText(),
      position: unpacker.position(), body: FunctionBody(unpacking: &unpacker),
      handled: Set((0..<unpacker.count()).map { _ in unpacker.text() }),
      ignored: Set((0..<unpacker.count()).map { _ in unpacker.text() }),
      assigned: Set((0..<unpacker.count()).map { _ in unpacker.text() }),
      signature: UInt64(bitPattern: Int64(unpacker.number())), errorText: unpacker.optionalText())
  }

  func pack(into packer: inout Packer) {
    packer.text(ByteString(kind.rawValue))
    packer.text(name)
    packer.optionalText(receiver)
    packer.number(position.line)
    packer.number(position.column)
    body.pack(into: &packer)
    for names in [handled, ignored, assigned] {
      packer.number(names.count)
      for name in names.sorted() { packer.text(name) }
    }
    packer.number(Int(Int64(bitPattern: signature)))
    packer.optionalText(errorText)
  }
}

extension FunctionBody {
  fileprivate init(unpacking unpacker: inout Unpacker) {
    switch unpacker.byte() {
    case 1: self = .idle
    case 2: self = .isConstant(unpacker.byte() == 1)
    case 3: self = .fails(Failure(unpacking: &unpacker))
    case 4: self = .depends(FailureCause(unpacking: &unpacker))
    case 5:
      self = .initializes(
        (0..<unpacker.count()).map { _ in
          Call(
            names: Set((0..<unpacker.count()).map { _ in unpacker.text() }),
            strings: (0..<unpacker.count()).map { _ in unpacker.text() })
        },
        (0..<unpacker.count()).map { _ in
          Assignment(variable: unpacker.text(), cause: FailureCause(unpacking: &unpacker))
        })
    default: self = .works
    }
  }

  fileprivate func pack(into packer: inout Packer) {
    switch self {
    case .works: packer.byte(0)
    case .idle: packer.byte(1)
    case .isConstant(let value):
      packer.byte(2)
      packer.byte(value ? 1 : 0)
    case .fails(let failure):
      packer.byte(3)
      failure.pack(into: &packer)
    case .depends(let cause):
      packer.byte(4)
      cause.pack(into: &packer)
    case .initializes(let calls, let assignments):
      packer.byte(5)
      packer.number(calls.count)
      for call in calls {
        packer.number(call.names.count)
        for name in call.names.sorted() { packer.text(name) }
        packer.number(call.strings.count)
        for string in call.strings { packer.text(string) }
      }
      packer.number(assignments.count)
      for assignment in assignments {
        packer.text(assignment.variable)
        assignment.cause.pack(into: &packer)
      }
    }
  }
}

extension FunctionBody.Failure {
  fileprivate init(unpacking unpacker: inout Unpacker) {
    self.init(
      Kind(rawValue: unpacker.byte()) ?? .returns, text: unpacker.optionalText(), name: unpacker.optionalText())
  }

  fileprivate func pack(into packer: inout Packer) {
    packer.byte(kind.rawValue)
    packer.optionalText(text)
    packer.optionalText(name)
  }
}

extension FailureCause {
  fileprivate init(unpacking unpacker: inout Unpacker) {
    self.init(
      groups: (0..<unpacker.count()).map { _ in
        Group(
          callees: (0..<unpacker.count()).map { _ in Callee(unpacking: &unpacker) },
          failure: unpacker.byte() == 1 ? FunctionBody.Failure(unpacking: &unpacker) : nil)
      })
  }

  fileprivate func pack(into packer: inout Packer) {
    packer.number(groups.count)
    for group in groups {
      packer.number(group.callees.count)
      for callee in group.callees { callee.pack(into: &packer) }
      packer.byte(group.failure == nil ? 0 : 1)
      group.failure?.pack(into: &packer)
    }
  }
}

extension Callee {
  fileprivate init(unpacking unpacker: inout Unpacker) {
    let kind = Kind(rawValue: unpacker.byte()) ?? .fails
    let receiver = unpacker.optionalText()
    self.init(kind, unpacker.text(), of: receiver)
  }

  fileprivate func pack(into packer: inout Packer) {
    packer.byte(kind.rawValue)
    packer.optionalText(receiver)
    packer.text(name)
  }
}

extension Packer {
  fileprivate mutating func optionalText(_ text: ByteString?) {
    byte(text == nil ? 0 : 1)
    if let text { self.text(text) }
  }
}

extension Unpacker {
  fileprivate mutating func optionalText() -> ByteString? { byte() == 1 ? text() : nil }
}
