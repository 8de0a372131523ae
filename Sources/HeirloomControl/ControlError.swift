/// Why a request to a kernel was not served: a sentence that names the thing and the way out.
public struct ControlError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String
  /// What the command that has asked ends with.
  public let exitCode: Int32

  /// A kernel, a module or a file is at fault; `heirloom run` uses the same number.
  public static let usualCode: Int32 = 125

  public init(_ description: String, exitCode: Int32 = usualCode) {
    self.description = description
    self.exitCode = exitCode
  }
}
