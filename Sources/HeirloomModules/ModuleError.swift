/// Why a module could not be loaded: the sentence names the file, the thing and the way out.
public struct ModuleError: Error, CustomStringConvertible, Sendable {
  public let description: String
  init(_ description: String) { self.description = description }
}
