internal import HeirloomKernel
internal import HeirloomModules

/// lsmod: what is loaded, in the order in which it was.
public struct ListModules: ControlRequest {
  public static let name = "lsmod"

  public struct Reply: Codable, Sendable {
    public let name: String
    /// Bytes of its file.
    public let size: Int
    /// live, unloading or quarantined.
    public let state: String
    public let path: String
    /// What it serves: one for each table.
    public let tables: [Table]
  }

  public struct Table: Codable, Sendable {
    public let name: String
    public let calls: [Call]
  }

  public struct Call: Codable, Sendable {
    public let number: Int
    /// nil: the default table has no such call.
    public let name: String?
  }

  public init() {}

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let tables = kernel.kernel.tables.descriptions
    for module in kernel.loader.loaded {
      try conversation.reply(Reply(
        name: module.name, size: module.info.size, state: "\(module.state)", path: module.info.path,
        tables: tables.compactMap { Table($0, of: module.name) }))
    }
  }
}

extension ListModules.Table {
  fileprivate init?(_ table: TableRegistry.Description, of module: String) {
    let numbers = table.entries.filter { $0.value == module }.keys.sorted()
    if numbers.isEmpty { return nil }
    name = table.name
    calls = numbers.map { ListModules.Call(number: $0, name: DefaultTable.declaration(of: $0)?.name) }
  }
}

/// insmod: loads a module.
public struct InsertModule: ControlRequest {
  public static let name = "insmod"
  /// Absolute: the kernel's working directory is another one.
  public let path: String
  /// `key=value` words.
  public let parameters: [String]

  public struct Reply: Codable, Sendable {
    public let name: String
  }

  public init(path: String, parameters: [String]) {
    self.path = path
    self.parameters = parameters
  }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    guard path.hasPrefix("/") else { throw ControlError("\(path): insmod takes an absolute path") }
    let module: Module
    do throws(ModuleError) { module = try kernel.loader.load(path: path, parameters: parameters) } catch {
      throw ControlError(error.description)
    }
    try conversation.reply(Reply(name: module.name))
  }
}

/// rmmod: unloads a module, once no call is inside.
public struct RemoveModule: ControlRequest {
  public static let name = "rmmod"
  public let module: String
  /// How long calls inside have to end; nil: the loader's own deadline.
  public let seconds: Double?
  /// Calls that sleep inside are woken, and start anew past the module.
  public let interrupt: Bool

  public typealias Reply = Nothing

  public init(module: String, seconds: Double?, interrupt: Bool) {
    self.module = module
    self.seconds = seconds
    self.interrupt = interrupt
  }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let module = try kernel.module(named: module)
    let deadline = seconds.map { UInt64(min(max($0, 0), 1e6) * 1e9) } ?? ModuleLoader.drainDeadline
    do throws(ModuleError) { try kernel.loader.unload(module, deadline: deadline, interrupt: interrupt) } catch {
      throw ControlError(error.description)
    }
  }
}

/// reload: a new version of a module, or other parameters, in the place of the old one; no call finds neither.
public struct ReloadModule: ControlRequest {
  public static let name = "reload"
  public let module: String
  /// Absolute; nil: the file that the old version came from.
  public let path: String?
  /// nil: the old version's. It keeps whose rights it registers with, unless they say it.
  public let parameters: [String]?

  public typealias Reply = Nothing

  public init(module: String, path: String?, parameters: [String]?) {
    self.module = module
    self.path = path
    self.parameters = parameters
  }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let old = try kernel.module(named: module)
    if let path, !path.hasPrefix("/") { throw ControlError("\(path): reload takes an absolute path") }
    do throws(ModuleError) {
      try kernel.loader.reload(named: old.name, path: path, parameters: parameters.map { kept(of: old) + $0 })
    } catch {
      throw ControlError(error.description)
    }
  }
}

extension ReloadModule {
  /// Other parameters do not give a module other rights.
  private func kept(of old: Module) -> [String] { old.parameterWords.filter { $0.hasPrefix(ModuleParameters.user + "=") } }
}

/// modinfo: what a loaded module says of itself, and how it was loaded.
public struct DescribeModule: ControlRequest {
  public static let name = "modinfo"
  public let module: String

  public typealias Reply = ModuleDescription

  public init(module: String) { self.module = module }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let module = try kernel.module(named: module)
    try conversation.reply(ModuleDescription(module.info, given: module.parameterWords))
  }
}

extension ControlledKernel {
  /// - Throws: where there is none of that name, with those that there are.
  func module(named name: String) throws(ControlError) -> Module {
    let loaded = loader.loaded
    if let module = loaded.first(where: { $0.name == name }) { return module }
    let names = loaded.map(\.name).joined(separator: ", ")
    throw ControlError(
      "no module named '\(name)' is loaded; " + (names.isEmpty ? "none is" : "there are: \(names)"))
  }
}
