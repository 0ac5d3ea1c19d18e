import Bytes

/// Words of Go that the readers of bodies look for. A literal in a comparison would allocate each time.
enum Word {
  static let `break`: ByteString = "break"
  static let `case`: ByteString = "case"
  static let `default`: ByteString = "default"
  static let `do`: ByteString = "Do"
  static let `else`: ByteString = "else"
  static let err: ByteString = "err"
  static let error: ByteString = "error"
  static let errors: ByteString = "errors"
  static let exit: ByteString = "Exit"
  static let `func`: ByteString = "func"
  static let `if`: ByteString = "if"
  static let new: ByteString = "new"
  static let `nil`: ByteString = "nil"
  static let panic: ByteString = "panic"
  static let range: ByteString = "range"
  static let recover: ByteString = "recover"
  static let `return`: ByteString = "return"
  static let select: ByteString = "select"
  static let sync: ByteString = "sync"
  static let blank: ByteString = "_"
  static let types: Set<ByteString> = ["struct", "interface"]
  static let constants: Set<ByteString> = ["nil", "true", "false"]
  static let booleans: [ByteString: Bool] = ["true": true, "false": false]
}
