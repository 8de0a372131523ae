public import HeirloomModules

/// What a module file says of itself, with the values that a loaded one was given.
public struct ModuleDescription: Codable, Sendable {
  public let path: String
  public let name: String
  /// Of the module interface that it was built for.
  public let abi: Int
  public let version, description, author, license: String?
  public let parameters: [Parameter]
  /// Functions that other modules may use.
  public let exports: [String]
  /// Modules that it names as ones that must be loaded before it.
  public let dependencies: [String]
  /// With whose rights a loaded one registers, `UID[:GID]`; nil: root's.
  public let user: String?
  /// It carries a Swift runtime, which cannot be unloaded.
  public let staysMapped: Bool

  public struct Parameter: Codable, Sendable {
    public let name: String
    /// int, uint, long, ulong, bool or charp.
    public let type: String
    /// `1 to 100`; nil: what the type takes.
    public let range: String?
    public let description: String
    /// What a loaded module was given; nil: nothing, and its own default holds.
    public let value: String?
  }

  /// - Parameter given: the `key=value` words of a loaded module.
  public init(_ info: ModuleInfo, given words: [String] = []) {
    path = info.path
    name = info.name
    abi = info.abi
    version = info.version
    description = info.description
    author = info.author
    license = info.license
    (exports, dependencies) = (info.exports, info.dependencies)
    staysMapped = info.isFullSwift
    func value(of name: String) -> Substring? { words.last { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) }
    user = value(of: ModuleParameters.user).map { String($0) }
    parameters = info.parameters.map { parameter in
      return Parameter(
        name: parameter.name, type: parameter.type,
        range: parameter.range.map { "\($0.lowerBound) to \($0.upperBound)" }, description: parameter.description,
        value: value(of: parameter.name).map { String($0) })
    }
  }
}
