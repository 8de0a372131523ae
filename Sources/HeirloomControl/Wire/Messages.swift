/// The frames of the protocol as types; see `ControlProtocol`.
struct Greeting: Codable {
  let heirloom: Int
  let kernel: KernelIdentity
}

struct RequestMessage: Codable {
  let heirloom: Int
  let request: String
}

struct ErrorMessage: Codable {
  let message: String
  let exitCode: Int32

  init(_ error: ControlError) {
    message = error.description
    exitCode = error.exitCode
  }

  var error: ControlError { ControlError(message, exitCode: exitCode) }
}

extension JSON {
  /// An object with one member.
  static func frame(_ name: String, _ value: some Encodable) -> JSON { .object([Member(name, JSON(encoding: value))]) }
}
